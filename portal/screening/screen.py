"""Looking a submission through for what a moderator should see: a job, soon after it was received."""

from datetime import datetime

from sqlalchemy.orm import Session

import portal.screening.store as screening
import portal.submissions.store as submissions
from portal import jobs
from portal.screening.personal_data import find
from portal.screening.rules import VERSION
from portal.submissions.models import Submission
from portal.submissions.receive import SCREEN_WAITING
from portal.submissions.rules import Status

AT_ONCE = 20  # in one transaction, so that nobody waits long for the database
MOST = 200  # passages of one text: more of them is a list, which a person sees at a glance


def screen(session: Session, subject: str, now: datetime) -> None:
    """A job: look through the submission of a receipt code. Done again, it changes nothing."""
    if (kept := submissions.by_code(session, subject)) is None:
        return
    submission = submissions.locked(session, kept.id)  # so that erasing it waits, or comes first
    if screening.version_of(session, submission.id) != VERSION:
        _look_through(session, submission, now)


def screen_waiting(session: Session, subject: str, now: datetime) -> None:
    """A job: look through what waits from before there were these rules, and ask for the rest.

    Begins after the submission whose number is the subject.
    """
    found = screening.waiting_unscreened(session, int(subject), limit=AT_ONCE)
    for submission in found:
        _look_through(session, submissions.locked(session, submission.id), now)
    if len(found) == AT_ONCE:
        jobs.enqueue(session, SCREEN_WAITING, str(found[-1].id), due_at=now)


def _look_through(session: Session, submission: Submission, now: datetime) -> None:
    """Look at the text that can become public: for the governments alone nothing has to be hidden."""
    if submission.status == Status.ERASED:
        return
    text = submissions.original(session, submission).publishable
    screening.put(session, submission.id, find(text, submission.language)[:MOST], now=now)
