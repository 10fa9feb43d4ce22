"""Many writers at once: one chain, whole, with every event; and nobody waits for somebody who waits for them."""

from contextlib import closing
from datetime import datetime
from functools import partial

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import portal.audit.store as audit
import portal.submissions.store as submissions
from portal import db
from portal.accounts import enter, invite
from portal.accounts.admit import admit
from portal.accounts.claims import Identity
from portal.accounts.rules import Role, StaffCountry
from portal.audit.models import AuditEvent
from portal.moderation.decide import decide
from portal.submissions.receive import receive
from portal.submissions.row_file import Row
from portal.submissions.rules import Channel, Verdict
from portal.submissions.take_in import Taken, take_in
from portal.tracking.withdraw import withdraw
from tests.at_once import at_once
from tests.builders import a_draft, a_submission
from tests.staff import Member, an_account

WRITERS, EACH = 8, 12
UNDO_SECONDS = 600


def is_whole(app: Flask) -> bool:
    with closing(db.snapshot(app)) as session:
        return audit.check(session).is_whole


def test_writers_at_once_keep_one_chain(app: Flask, session: Session, now: datetime) -> None:
    before = session.scalar(select(func.count()).select_from(AuditEvent)) or 0

    def write() -> None:
        for _ in range(EACH):
            with app.app_context(), db.transaction() as writer:
                audit.record(writer, "original:opened", "submission:1", actor_id=None, now=now)

    at_once(*[write] * WRITERS)

    assert is_whole(app)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(AuditEvent)) == before + WRITERS * EACH


def test_a_check_while_others_write_sees_one_whole_state(app: Flask, now: datetime) -> None:
    verdicts = []

    def write() -> None:
        for _ in range(EACH):
            with app.app_context(), db.transaction() as writer:
                audit.record(writer, "original:opened", "submission:1", actor_id=None, now=now)

    def look() -> None:
        for _ in range(EACH):
            verdicts.append(is_whole(app))

    at_once(write, write, look, look)
    assert all(verdicts)


def test_authors_withdraw_what_was_decided_while_moderators_decide(
    app: Flask, moderator: Member, now: datetime
) -> None:
    """Both change the same count and both are recorded: whoever took the trail first would wait for ever."""
    numbers = []
    for _ in range(3 * EACH):
        receipt = a_submission(app)
        with app.app_context(), db.transaction() as writer:
            found = submissions.by_code(writer, receipt.code)
            assert found
            numbers.append(found.id)

    def publish(chosen: list[int]) -> None:
        for number in chosen:
            with app.app_context(), db.transaction() as writer:
                verdict, actor_id = Verdict.PUBLISH, moderator.staff_id
                decide(writer, number, verdict, actor_id=actor_id, now=now, undo_seconds=UNDO_SECONDS)

    def take_back(chosen: list[int]) -> None:
        for number in chosen:
            with app.app_context(), db.transaction() as writer:
                withdraw(writer, number, now=now)

    first, second, third = numbers[:EACH], numbers[EACH : 2 * EACH], numbers[2 * EACH :]
    publish(first)
    at_once(lambda: take_back(first), lambda: publish(second), lambda: publish(third))
    assert is_whole(app)


def test_a_file_is_taken_in_while_others_send_theirs(app: Flask, now: datetime) -> None:
    text = "Más becas técnicas para quienes ya trabajan."
    draft = a_draft()
    values = {"stakeholder_type": draft.stakeholder_type, "country": draft.country, "body": text, "language": "es"}
    rows = [Row(n, values | {"id": f"row {n}", "pillar": str(n % 4 + 1)}) for n in range(10 * EACH)]

    def import_rows() -> None:
        with app.app_context(), db.transaction() as writer:
            taken: list[Taken] = []
            take_in(writer, rows, Channel.PAPER, taken.append, now=now)
            assert len(taken) == len(rows)

    def send(pillar: int) -> None:
        for _ in range(2 * EACH):
            with app.app_context(), db.transaction() as writer:
                receive(writer, a_draft(pillar=pillar), now=now)

    at_once(import_rows, *(lambda pillar=pillar: send(pillar) for pillar in (2, 3, 4)))
    assert is_whole(app)


def test_somebody_signs_in_while_they_work_in_another_browser(app: Flask, now: datetime) -> None:
    """Signing in holds the account and waits for the trail; work is recorded under the same account."""
    number = an_account(app, Role.MODERATOR).staff_id

    def come() -> None:
        for _ in range(2 * EACH):
            with app.app_context(), db.transaction() as writer:
                enter.enter(writer, number, by=["app"], now=now)

    at_once(come, lambda: work(app, number, now))
    assert is_whole(app)


def test_roles_change_while_their_holder_works(app: Flask, now: datetime) -> None:
    number = an_account(app, Role.MODERATOR).staff_id

    def change() -> None:
        for turn in range(2 * EACH):
            with app.app_context(), db.transaction() as writer:
                roles = [Role.EDITOR] if turn % 2 else [Role.REVIEWER]
                invite.give_roles(writer, number, roles, actor_id=None, now=now)

    at_once(change, lambda: work(app, number, now))
    assert is_whole(app)


def test_two_administrators_who_disable_each_other_are_both_answered(app: Flask, now: datetime) -> None:
    an_account(app, Role.ADMINISTRATOR, email="third@example.org")
    for turn in range(EACH):
        pair = [an_account(app, Role.ADMINISTRATOR, email=f"{side}{turn}@example.org").staff_id for side in "ab"]

        def disable(number: int, actor_id: int) -> None:
            with app.app_context(), db.transaction() as writer:
                invite.disable(writer, number, actor_id=actor_id, now=now)

        at_once(partial(disable, *pair), partial(disable, *reversed(pair)))
    assert is_whole(app)


def test_an_account_is_tied_with_other_roles_while_administrators_are_disabled(app: Flask, now: datetime) -> None:
    """Losing the role of administrator holds a lock of its own; it must come before the trail's."""
    an_account(app, Role.ADMINISTRATOR, email="third@example.org")

    def come(emails: list[str]) -> None:
        for email in emails:
            who = Identity("https://login.example", email, email, True, "T", frozenset(), StaffCountry.MX, True, 0)
            with app.app_context(), db.transaction() as writer:
                admit(writer, who, [Role.MODERATOR], now=now)

    def disable(numbers: list[int]) -> None:
        for number in numbers:
            with app.app_context(), db.transaction() as writer:
                invite.disable(writer, number, actor_id=None, now=now)

    pairs = [
        [an_account(app, Role.ADMINISTRATOR, email=f"{side}{turn}@example.org") for side in "ab"]
        for turn in range(EACH)
    ]
    at_once(
        lambda: come([tied.email for tied, _closed in pairs]),
        lambda: disable([closed.staff_id for _tied, closed in pairs]),
    )
    assert is_whole(app)


def work(app: Flask, number: int, now: datetime) -> None:
    """Do what a member of staff does all day: look, each time on the record."""
    for _ in range(2 * EACH):
        with app.app_context(), db.transaction() as writer:
            audit.record(writer, "queue:listed", "queue", actor_id=number, now=now, rows=1)
