"""Taking a submission back: at once, by its author alone, and stronger than a decision that has not taken effect."""

from datetime import datetime

from babel.dates import format_date
from sqlalchemy.orm import Session

import portal.submissions.store as submissions
import portal.tracking.store as tracking
from portal.audit.store import record
from portal.db import Bilingual
from portal.i18n import LANGUAGES, LOCALES, ZONE
from portal.moderation.models import Decision, Notice
from portal.publication.retract import retract
from portal.submissions import receipts, word_store
from portal.submissions.models import Submission
from portal.submissions.rules import NotAllowed, Status, Verdict, next_status

# Stored as it reads on the day, in both languages, like every notice.
NOTICE = Bilingual(
    en="{date}\nYou withdrew your submission {code}.\n\nNobody reads it further, and it appears in no public place. "
    "If you change your mind, you can send it again.",
    es="{date}\nRetiró su aportación con folio {code}.\n\nYa no se revisa ni aparece en ningún lugar público. "
    "Si cambia de opinión, puede enviarla de nuevo.",
)


def withdraw(session: Session, submission_id: int, *, now: datetime) -> Decision:
    """Take a submission back for its author, at once and out of every public place. Raises NotAllowed.

    A decision in its undo window is undone first, so that it never takes effect.
    """
    submission = submissions.locked(session, submission_id)
    if submission.status == Status.ERASED:
        raise NotAllowed("withdrawal of what was erased meanwhile")
    undone_to = _undo_waiting(session, submission, now)
    status = undone_to or submission.status
    withdrawn = next_status(status, Verdict.WITHDRAW)
    decision = Decision(
        submission_id=submission.id,
        actor_id=None,
        verdict=Verdict.WITHDRAW,
        from_status=status,
        to_status=withdrawn,
        decided_at=now,
        effective_at=now,
    )
    session.add(decision)
    submissions.set_status(session, submission, withdrawn, now)
    submission.claimed_by_id = submission.claimed_until = None
    session.flush()  # the notice needs the decision's id
    text = _notice(submission, now)
    session.add(Notice(submission_id=submission.id, decision_id=decision.id, text=text, given_at=now))
    word_store.drop(session, submission.id)
    retract(session, submission.id, now=now)
    # The trail's lock comes after every other one: on PostgreSQL somebody who sends their input waits for it holding
    # the count that this withdrawal changes.
    subject = f"submission:{submission.code}"
    if undone_to:
        record(session, "decision:undone", subject, actor_id=None, now=now, by="its author")
    record(session, "submission:withdrawn", subject, actor_id=None, now=now)
    return decision


def _notice(submission: Submission, now: datetime) -> Bilingual:
    day, code = now.astimezone(ZONE).date(), receipts.spelled(submission.code)
    english, spanish = (str(format_date(day, "long", locale=LOCALES[language])) for language in LANGUAGES)
    return Bilingual(NOTICE.en.format(code=code, date=english), NOTICE.es.format(code=code, date=spanish))


def _undo_waiting(session: Session, submission: Submission, now: datetime) -> Status | None:
    """Undo the decision that has not taken effect yet, if there is one; give the status that it had found."""
    waiting = tracking.waiting_decision(session, submission.id)
    if waiting is None:
        return None
    undo = Decision(
        submission_id=submission.id,
        actor_id=None,
        verdict=Verdict.UNDO,
        from_status=submission.status,
        to_status=waiting.from_status,
        undoes_id=waiting.id,
        decided_at=now,
        effective_at=now,
    )
    session.add(undo)
    return waiting.from_status
