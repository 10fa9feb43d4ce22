"""Finding what waits by its words, of which the database holds keyed hashes of stems alone.

A text that nobody has decided about is sealed. Its words stand here as marks under the field key, as long as it waits:
equal stems have equal marks, and nobody without the key can tell which word a mark is. Words that nearly every text
has are left out.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session

import portal.submissions.store as submissions
from portal import fulltext, jobs
from portal.db import keys_of
from portal.submissions.models import Submission, WaitingWord
from portal.submissions.rules import Status

PURPOSE = "stem"
INDEX_WAITING = "words:index"
AT_ONCE = 200
LOOKED_THROUGH = 5_000  # how far words are counted to learn which is the rarest
MOST_FOUND = 1_000  # from here on a search says "more than"

ADD = insert(WaitingWord)


def put(session: Session, submission_id: int, *texts: str) -> None:
    """Make a submission that waits findable by the words of its texts."""
    stems = {stem for text in texts for stem in fulltext.telling_stems(text)}
    if stems:
        marks = keys_of(session).marks(PURPOSE, stems)
        session.connection().execute(ADD, [{"stem": mark, "submission_id": submission_id} for mark in marks])


def drop(session: Session, submission_id: int) -> None:
    """Forget the words of a submission that waits no longer."""
    session.execute(delete(WaitingWord).where(WaitingWord.submission_id == submission_id))


def matching(session: Session, words: str) -> list[int] | None:
    """Give the ids of the submissions that have all of the words; None where there are more than `MOST_FOUND`.

    Begins with the rarest word, so that a rare one is quick however many submissions wait.
    """
    if not (groups := sorted(_groups(session, words), key=lambda group: _number(session, group))):
        return []
    rarest, *others = groups
    most = MOST_FOUND * len(rarest)  # a submission can stand there once for each mark
    query = select(WaitingWord.submission_id).where(WaitingWord.stem.in_(rarest))
    query = query.where(*(_has(WaitingWord.submission_id, group) for group in others))
    ids = set(session.scalars(query.limit(most + 1)))
    return None if len(ids) > MOST_FOUND else sorted(ids)


def having(session: Session, words: str) -> list[ColumnElement[bool]]:
    """Give the conditions that hold for submissions with all of the words: for searches that find many."""
    return [_has(Submission.id, group) for group in _groups(session, words)]


def index_waiting(session: Session, subject: str, now: datetime) -> None:
    """A job: index the words of what waits, from the submission after the one named on, and ask for the rest.

    For submissions from before their words were kept.
    """
    query = select(Submission).where(
        Submission.id > int(subject), Submission.status.in_([Status.RECEIVED, Status.HELD])
    )
    found = list(session.scalars(query.order_by(Submission.id).limit(AT_ONCE)))
    for submission in found:
        original = submissions.original(session, submission)
        drop(session, submission.id)
        put(session, submission.id, original.body, original.public_summary or "")
    if len(found) == AT_ONCE:
        jobs.enqueue(session, INDEX_WAITING, str(found[-1].id), due_at=now)


def _groups(session: Session, words: str) -> list[list[int]]:
    """The marks of each word asked for: under each of its forms and each key."""
    return [sorted(keys_of(session).all_marks(PURPOSE, group)) for group in fulltext.asked(words)]


def _number(session: Session, marks: Iterable[int]) -> int:
    """Count how often marks stand there, up to `LOOKED_THROUGH`."""
    query = select(WaitingWord.submission_id).where(WaitingWord.stem.in_(marks))
    return session.scalar(select(func.count()).select_from(query.limit(LOOKED_THROUGH).subquery())) or 0


def _has(submission_id: InstrumentedAttribute[int], marks: Iterable[int]) -> ColumnElement[bool]:
    word = WaitingWord.__table__.alias()
    return exists().where(word.c.stem.in_(marks), word.c.submission_id == submission_id)
