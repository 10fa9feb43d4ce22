"""The audit trail proves itself: whoever writes SQL and holds no key changes nothing unseen."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import DataError

import portal.audit.store as audit
from portal import db
from portal.audit.rules import Fault, Verdict, Walk, told
from tests import tampering
from tests.tampering import Act, change, delete, insert, swap, tamper

EVENTS = 8  # the fill of the pillars, and seven of `trail`


@pytest.fixture
def trail(app: Flask, now: datetime) -> Flask:
    """A portal with a trail of eight events."""
    with app.app_context(), db.transaction() as session:
        for number in range(1, EVENTS):
            audit.record(session, "original:opened", f"submission:{number}", actor_id=None, now=now, number=number)
    return app


def checked(app: Flask, noted: tuple[int, str] | None = None) -> Verdict:
    with closing(db.snapshot(app)) as session:
        return audit.check(session, noted=noted)


def found(app: Flask) -> tuple[Fault | None, int | None]:
    verdict = checked(app)
    return verdict.fault, verdict.broken_id


def record_one(app: Flask, now: datetime) -> None:
    with app.app_context(), db.transaction() as session:
        audit.record(session, "original:opened", "submission:9", actor_id=None, now=now)


def test_a_trail_that_nobody_touched_is_whole(trail: Flask) -> None:
    verdict = checked(trail)
    assert (verdict.events, verdict.is_whole, verdict.fault) == (EVENTS, True, None)


ACTS: dict[str, tuple[Callable[[datetime], Act], Fault, int, Fault, int]] = {
    # act, what is found and where, and what is found where the attacker computed the plain hashes anew
    "a changed event": (lambda _: change(4, subject="submission:x"), Fault.CHANGED, 4, Fault.CHANGED, 4),
    "the first changed": (lambda _: change(1, action="x"), Fault.CHANGED, 1, Fault.CHANGED, 1),
    "the newest changed": (lambda _: change(8, detail={"n": 0}), Fault.CHANGED, 8, Fault.CHANGED, 8),
    "another moment": (lambda now: change(5, at=now + timedelta(hours=1)), Fault.CHANGED, 5, Fault.CHANGED, 5),
    "a deleted event": (lambda _: delete(4), Fault.MISSING, 4, Fault.MISSING, 4),
    "the first deleted": (lambda _: delete(1), Fault.MISSING, 1, Fault.MISSING, 1),
    "the newest deleted": (lambda _: delete(8), Fault.MISSING, 8, Fault.MISSING, 8),
    "the newest three deleted": (lambda _: delete(6, 7, 8), Fault.MISSING, 6, Fault.MISSING, 6),
    "neighbours swapped": (lambda _: swap(4, 5), Fault.REORDERED, 4, Fault.CHANGED, 4),
    "two others swapped": (lambda _: swap(3, 6), Fault.REORDERED, 3, Fault.CHANGED, 3),
    "the newest two swapped": (lambda _: swap(7, 8), Fault.REORDERED, 7, Fault.CHANGED, 7),
    "an inserted event": (lambda now: insert(4, now), Fault.INSERTED, 5, Fault.INSERTED, 5),
    "one inserted at the end": (lambda now: insert(8, now), Fault.INSERTED, 9, Fault.INSERTED, 9),
    "one inserted at the start": (lambda now: insert(0, now), Fault.INSERTED, 1, Fault.INSERTED, 2),
    "an id that jumps": (lambda _: change(8, id=80), Fault.CHANGED, 80, Fault.CHANGED, 80),
    "a mark that was scratched": (lambda _: change(4, mark=b"x"), Fault.CHANGED, 4, Fault.CHANGED, 4),
}


@pytest.mark.parametrize("rehash", [False, True], ids=["as it is", "rehashed"])
@pytest.mark.parametrize("what", ACTS)
def test_tampering_by_sql_is_found(trail: Flask, now: datetime, what: str, rehash: bool) -> None:
    act, fault, broken_id, fault_rehashed, broken_id_rehashed = ACTS[what]
    tamper(trail, act(now), rehash=rehash)
    assert found(trail) == ((fault_rehashed, broken_id_rehashed) if rehash else (fault, broken_id))


@pytest.mark.parametrize("what", ACTS)
def test_events_recorded_afterwards_heal_nothing(trail: Flask, now: datetime, what: str) -> None:
    tamper(trail, ACTS[what][0](now), rehash=True)
    record_one(trail, now)
    record_one(trail, now)
    assert not checked(trail).is_whole


def set_head(statement: str) -> Act:
    return lambda connection: tampering.run(connection, text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_head",
        "UPDATE audit_head SET number = number - 1",
        "UPDATE audit_head SET last_id = last_id + 1",
        "UPDATE audit_head SET hash = (SELECT hash FROM audit_event WHERE id = 3)",
        "UPDATE audit_head SET mark = (SELECT mark FROM audit_event WHERE id = 3)",
    ],
)
def test_a_head_that_was_tampered_with_is_found_and_never_signed_again(
    trail: Flask, now: datetime, statement: str
) -> None:
    tamper(trail, set_head(statement))
    assert found(trail) == (Fault.HEAD, None)
    record_one(trail, now)  # and nobody's words are refused for it
    verdict = checked(trail)
    assert (verdict.events, verdict.fault) == (EVENTS + 1, Fault.HEAD)


def test_a_head_made_to_fit_a_shorter_trail_is_not_believed(trail: Flask, now: datetime) -> None:
    def cut(connection: Connection) -> None:
        delete(7, 8)(connection)
        connection.execute(
            text("UPDATE audit_head SET last_id = 6, number = 6, hash = (SELECT hash FROM audit_event WHERE id = 6)")
        )

    tamper(trail, cut)
    record_one(trail, now)
    assert found(trail) == (Fault.HEAD, None)


def test_an_old_copy_put_back_whole_is_found_by_who_noted_the_end(trail: Flask, now: datetime) -> None:
    with trail.extensions["engine"].connect() as connection:
        old = connection.execute(text("SELECT last_id, number, hash, mark FROM audit_head")).one()._asdict()
    record_one(trail, now)
    noted = checked(trail)
    number, mark = told(noted.events, noted.last_hash).split("-")

    def put_back(connection: Connection) -> None:
        delete(EVENTS + 1)(connection)
        statement = "UPDATE audit_head SET last_id = :last_id, number = :number, hash = :hash, mark = :mark"
        connection.execute(text(statement), old)

    tamper(trail, put_back)
    record_one(trail, now.replace(microsecond=0))
    assert checked(trail).is_whole  # nothing within the database can tell
    assert checked(trail, (int(number), mark)).fault == Fault.PAST


@pytest.mark.parametrize(
    "values", [{"detail": "{"}, {"at": "yesterday"}, {"before": "text"}, {"hash": "text"}, {"action": "9"}]
)
def test_values_of_no_sense_are_a_changed_event_and_no_fault_of_the_program(
    trail: Flask, values: dict[str, str]
) -> None:
    column, value = next(iter(values.items()))
    change = set_head(f"UPDATE audit_event SET {column} = '{value}' WHERE id = 4")
    if column == "detail" and trail.extensions["engine"].dialect.name == "postgresql":
        with pytest.raises(DataError):
            tamper(trail, change)
        assert checked(trail).is_whole
    else:
        tamper(trail, change)
        assert found(trail) == (Fault.CHANGED, 4)


def test_two_places_count_as_two(trail: Flask) -> None:
    tamper(trail, change(3, subject="x"))
    tamper(trail, change(6, subject="x"))
    verdict = checked(trail)
    assert (verdict.faults, verdict.broken_id) == (2, 3)


@pytest.mark.parametrize("what", ACTS)
def test_a_walk_in_parts_finds_the_same(trail: Flask, now: datetime, what: str) -> None:
    tamper(trail, ACTS[what][0](now))
    walk, verdict = Walk(), None
    while verdict is None:
        with trail.app_context(), db.transaction() as session:
            walk = Walk.taken_up(walk.put_down())
            verdict = audit.check_on(session, walk, most=3)
    assert verdict == checked(trail)


def test_a_trail_from_before_heads_were_signed_waits_for_somebody_to_sign_it(trail: Flask, now: datetime) -> None:
    tamper(trail, set_head("UPDATE audit_event SET mark = NULL"))
    tamper(trail, set_head("UPDATE audit_head SET mark = ''"))
    assert found(trail) == (Fault.HEAD, None)
    with trail.app_context(), db.transaction() as session:
        audit.sign_anew(session)
    assert checked(trail).is_whole
    record_one(trail, now)
    assert checked(trail).is_whole
    tamper(trail, tampering.insert(4, now))
    assert found(trail) == (Fault.INSERTED, 5)
