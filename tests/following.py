"""Steps of somebody who follows a submission by its receipt code and access key."""

from datetime import datetime

from sqlalchemy.orm import Session
from webtest import TestResponse

import portal.submissions.store as submissions
import portal.tracking.store as tracking
from portal.submissions import receipts
from portal.submissions.models import Submission
from portal.submissions.receive import Receipt
from portal.tracking.store import Outcome
from tests.visitor import Visitor


def type_pair(visitor: Visitor, code: str, key: str, language: str = "en") -> TestResponse:
    form = visitor.open("tracking.follow", language).forms["follow"]
    form["code"], form["key"] = code, key
    return form.submit(expect_errors=True)


def follow(visitor: Visitor, receipt: Receipt, language: str = "en") -> TestResponse:
    return type_pair(visitor, receipts.spelled(receipt.code), receipts.spelled(receipt.key), language).follow()


def the(session: Session, receipt: Receipt) -> Submission:
    found = submissions.by_code(session, receipt.code)
    assert found
    return found


def outcome(session: Session, receipt: Receipt, now: datetime) -> Outcome:
    session.rollback()
    found = tracking.outcome(session, receipts.digest(receipt.code, receipt.key), now=now)
    assert found
    return found
