"""Erasing: the words of a submission and its author go for good; that it was there, and what was decided, stays."""

from datetime import datetime

from babel.dates import format_date
from sqlalchemy.orm import Session

import portal.moderation.store as moderation
import portal.screening.store as screening
import portal.submissions.store as submissions
from portal.audit.store import record
from portal.db import Bilingual
from portal.i18n import LANGUAGES, LOCALES, ZONE
from portal.moderation.models import Decision
from portal.moderation.rules import Erasure
from portal.publication.retract import retract
from portal.submissions import receipts, word_store
from portal.submissions.models import Submission
from portal.submissions.rules import Verdict, next_status

# Stored as it reads on the day, in both languages, like every notice.
NOTICE = Bilingual(
    en="{date}\nWe erased your submission {code}.\n\nIts text, its public summary, the name and the addresses given "
    "with it, and its public version no longer exist here. Its receipt code, its dates and its decisions stay, so that "
    "the figures remain true. Backups made before today keep it until they are deleted.",
    es="{date}\nSuprimimos su aportación con folio {code}.\n\nYa no existen aquí su texto, su resumen público, el "
    "nombre y los datos de contacto que la acompañaban ni su versión pública. Se conservan su folio, sus fechas y sus "
    "decisiones, para que las cifras sigan siendo ciertas. Los respaldos anteriores a hoy la conservan hasta que "
    "se eliminen.",
)


def erase(session: Session, submission_id: int, reason: Erasure, *, actor_id: int | None, now: datetime) -> Decision:
    """Erase a submission from wherever it stands: its words in every version, its author, its public version and the
    notes about it. Its row, receipt code, counts, decisions and the digest of its attempt stay.

    `actor_id` is none for the operator and for retention. A decision in its undo window never takes effect. Raises
    NotAllowed where it is erased already, or where this person may not see it.
    """
    if actor_id is None:
        submission = submissions.locked(session, submission_id)
    else:
        submission = moderation.locked(session, submission_id, actor_id)
    erased = next_status(submission.status, Verdict.ERASE)
    decision = Decision(
        submission_id=submission.id,
        actor_id=actor_id,
        verdict=Verdict.ERASE,
        from_status=submission.status,
        to_status=erased,
        decided_at=now,
        effective_at=now,
    )
    session.add(decision)
    submissions.set_status(session, submission, erased, now)
    submission.claimed_by_id = submission.claimed_until = None
    session.flush()  # the notice needs the decision's id
    moderation.add_notice(session, decision, _notice(submission, now), now=now)
    retract(session, submission.id, now=now)
    moderation.empty_notes(session, submission.id)
    submissions.empty(session, submission)
    word_store.drop(session, submission.id)
    screening.drop(session, submission.id)
    record(session, "submission:erased", f"submission:{submission.code}", actor_id=actor_id, now=now, reason=reason)
    return decision


def _notice(submission: Submission, now: datetime) -> Bilingual:
    day, code = now.astimezone(ZONE).date(), receipts.spelled(submission.code)
    english, spanish = (str(format_date(day, "long", locale=LOCALES[language])) for language in LANGUAGES)
    return Bilingual(NOTICE.en.format(code=code, date=english), NOTICE.es.format(code=code, date=spanish))
