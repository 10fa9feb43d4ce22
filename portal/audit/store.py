"""All SQL of the trail: recording events, walking along their chain, and reading them back."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, type_coerce, update
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from portal.audit.models import AuditEvent, AuditHead
from portal.audit.rules import START, End, Link, Mark, Verdict, Walk, hash_of
from portal.db import hold_exclusive, keys_of
from portal.keys import Keys

HEAD_ID = 1
FINGERPRINT_BYTES = 4
EVENT_MARK, HEAD_MARK = "audit event", "audit head"

NEWEST = select(AuditEvent.id, AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
HEAD = select(
    AuditHead.last_id,
    AuditHead.number,
    AuditHead.hash,
    AuditHead.mark,
    select(func.max(AuditEvent.id)).scalar_subquery().label("newest_id"),
).where(AuditHead.id == HEAD_ID)
HEAD_ALONE = HEAD.with_for_update(of=AuditHead)  # one writer at a time passes here until it commits
ADD = insert(AuditEvent)
MOVE = update(AuditHead).where(AuditHead.id == HEAD_ID)

# Values as the driver gives them: a row that somebody has tampered with must not stop who reads it.
RAW = [type_coerce(column, NullType()).label(column.name) for column in AuditEvent.__table__.columns]

# Every action that is recorded anywhere; a test compares the list with the code and with docs/audit.md.
ACTIONS = frozenset(
    {
        "account:created",
        "account:enabled",
        "account:link-sent",
        "account:password-changed",
        "account:warned",
        "factor:added",
        "factor:removed",
        "factor:used-up",
        "staff:confirmed",
        "account:disabled",
        "account:linked",
        "account:reset",
        "account:roles-changed",
        "account:welcomed",
        "audit:signed-anew",
        "audit:verified",
        "decision:brought-forward",
        "decision:made",
        "decision:undone",
        "export:made",
        "import:made",
        "original:opened",
        "pillars:loaded",
        "publication:made",
        "publication:retracted",
        "queue:searched",
        "queue:listed",
        "response:published",
        "staff:signed-in",
        "staff:signed-out",
        "submission:claimed",
        "submission:erased",
        "submission:opened-to-both",
        "submission:received",
        "submission:released",
        "submission:restricted",
        "submission:withdrawn",
    }
)


def record(
    session: Session,
    action: str,
    subject: str,
    *,
    actor_id: int | None,
    now: datetime,
    **detail: object,
) -> None:
    """Add an event to the chain, in the caller's transaction, after all that it writes: the trail's lock comes last.

    `subject` names one thing, such as `submission:7K3F92QM`; `detail` holds plain JSON values and no personal data.
    """
    record_each(session, action, [subject], actor_id=actor_id, now=now, **detail)


def record_each(
    session: Session,
    action: str,
    subjects: Sequence[str],
    *,
    actor_id: int | None,
    now: datetime,
    **detail: object,
) -> None:
    """Add an event for each of many subjects to which the same was done; the head moves once for all of them."""
    if action not in ACTIONS:
        raise ValueError(f"{action} is not in the list of actions")
    session.flush()  # what is recorded is written before its event
    connection, keys = session.connection(), keys_of(session)
    head = connection.execute(HEAD_ALONE).first()
    is_sound = head is not None and (_mark_of(keys, head) == Mark.GOOD or _is_fresh(head))
    if head is not None and is_sound:
        number, before, last_id = _passed(session, keys, head)
        last_id = max(last_id, head.newest_id or 0)
    else:
        # Somebody has tampered with the head, or its key is not held here. It stays as it is, for whoever looks into
        # it; nobody's words are refused.
        hold_exclusive(session, "audit")
        last_id, before = connection.execute(NEWEST).first() or (0, START)
        number = 0
    words = {"at": now, "actor_id": actor_id, "action": action, "detail": detail}
    rows = []
    for event_id, subject in enumerate(subjects, last_id + 1):
        hash = hash_of(before, now, actor_id, action, subject, detail)
        mark = _marks(keys, EVENT_MARK, f"{event_id} {hash.hex()}")[0]
        rows.append(words | {"id": event_id, "subject": subject, "before": before, "hash": hash, "mark": mark})
        before = hash
    connection.execute(ADD, rows if len(rows) > 1 else rows[0])
    if is_sound:
        _move_head(connection, keys, last_id + len(rows), number + len(rows), before)


def check(session: Session, *, noted: tuple[int, str] | None = None) -> Verdict:
    """Walk along the whole chain, in constant memory; `session` sees one state of the database (`db.snapshot`).

    `noted` is how many events there were once and how the hash of the last one began (see `rules.told`): a trail that
    no longer goes through there is found even where an old copy of everything, head included, was put back.
    """
    walk, keys, passed = Walk(), keys_of(session), noted is None
    ends_at = end(session)
    walk.pass_by(ends_at)
    for link in _links(session, keys, after_id=0):
        walk.take(link, ends_at)
        if noted and walk.number == noted[0]:
            passed = link.hash.hex().startswith(noted[1])
    return walk.verdict(ends_at, passes_noted=passed)


def check_on(session: Session, walk: Walk, *, most: int) -> Verdict | None:
    """Take a walk on by some events; give the verdict once it has come to the end, None before.

    Nobody adds an event meanwhile, until the caller's transaction ends: keep `most` small.
    """
    ends_at = end(session, alone=True)
    started, keys = walk.number, keys_of(session)
    walk.pass_by(ends_at)
    for link in _links(session, keys, after_id=walk.last_id, most=most):
        walk.take(link, ends_at)
    return None if walk.number - started == most else walk.verdict(ends_at)


def end(session: Session, *, alone: bool = False) -> End | None:
    """Read where the head says that the trail ends; `alone` keeps others from adding to it."""
    head = session.execute(HEAD_ALONE if alone else HEAD).first()
    if head is None:
        return None
    return End(head.last_id, head.number, head.hash, _mark_of(keys_of(session), head), bool(head.mark))


def sign_anew(session: Session) -> None:
    """Sign the end of the trail as it stands, under the key that is held now. The caller has checked the chain."""
    hold_exclusive(session, "audit")
    connection = session.connection()
    connection.execute(HEAD_ALONE)
    last_id, hash = connection.execute(NEWEST).first() or (0, START)
    number = connection.scalar(select(func.count()).select_from(AuditEvent)) or 0
    if not connection.scalar(select(func.count()).select_from(AuditHead)):
        values = {"id": HEAD_ID, "last_id": last_id, "number": number, "hash": hash, "mark": b""}
        connection.execute(insert(AuditHead), values)
    _move_head(connection, keys_of(session), last_id, number, hash)


def _links(session: Session, keys: Keys, *, after_id: int, most: int | None = None) -> Iterator[Link]:
    fingerprints = _fingerprints(keys)
    query = select(*RAW).where(AuditEvent.id > after_id).order_by(AuditEvent.id).limit(most)
    for row in session.execute(query.execution_options(yield_per=1000)):
        mark = _says(keys, fingerprints, EVENT_MARK, f"{row.id} {_hex(row.hash)}", row.mark)
        yield Link(row.id, row.before, row.hash, _hash_of_words(row), mark)


def _hash_of_words(row: Any) -> bytes | None:
    try:
        return hash_of(row.before, moment_of(row.at), row.actor_id, row.action, row.subject, detail_of(row.detail))
    except (TypeError, ValueError, AttributeError):
        return None


def moment_of(stored: Any) -> datetime:
    """Read a moment as a driver gives it. Raises ValueError or TypeError where it is none."""
    moment = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def detail_of(stored: Any) -> Any:
    """Read details as a driver gives them. Raises ValueError where they are not JSON."""
    return json.loads(stored) if isinstance(stored, str) else stored


def _is_fresh(head: Row[Any]) -> bool:
    return head.newest_id is None and (head.last_id, head.number, head.hash, head.mark) == (0, 0, START, b"")


def _mark_of(keys: Keys, head: Row[Any]) -> Mark:
    said = f"{head.last_id} {head.number} {_hex(head.hash)}"
    return _says(keys, _fingerprints(keys), HEAD_MARK, said, head.mark)


def _passed(session: Session, keys: Keys, head: Row[Any]) -> tuple[int, bytes, int]:
    """Give number, hash and id of the last event that the head vouches for, or that follows it with a good mark.

    A process that was not started again after a rotation adds events and cannot sign the end; the next one that holds
    both keys takes them in. Nobody without a key makes such marks.
    """
    number, hash, last_id = head.number, head.hash, head.last_id
    if head.newest_id is not None and head.newest_id > last_id:
        for link in _links(session, keys, after_id=last_id):
            if link.mark != Mark.GOOD or link.before != hash or link.hash_of_words != link.hash:
                break
            number, hash, last_id = number + 1, link.hash, link.id
    return number, hash, last_id


def _move_head(connection: Connection, keys: Keys, last_id: int, number: int, hash: bytes) -> None:
    mark = _marks(keys, HEAD_MARK, f"{last_id} {number} {hash.hex()}")[0]
    connection.execute(MOVE, {"last_id": last_id, "number": number, "hash": hash, "mark": mark})


def _says(keys: Keys, fingerprints: list[bytes], purpose: str, text: str, mark: object) -> Mark:
    if not isinstance(mark, bytes) or mark[:FINGERPRINT_BYTES] not in fingerprints:
        return Mark.UNKNOWN
    return Mark.GOOD if mark in _marks(keys, purpose, text) else Mark.BAD


def _marks(keys: Keys, purpose: str, text: str) -> list[bytes]:
    """Mark a text under each key that is held, newest first: the key's fingerprint and a keyed hash."""
    hashes = zip(_fingerprints(keys), _hashes(keys, purpose, text), strict=True)
    return [fingerprint + hash for fingerprint, hash in hashes]


@lru_cache(maxsize=8)
def _fingerprints(keys: Keys) -> list[bytes]:
    return [hash[:FINGERPRINT_BYTES] for hash in _hashes(keys, "audit key", "")]


def _hashes(keys: Keys, purpose: str, text: str) -> list[bytes]:
    return keys.keyed_hashes(purpose, text)


def _hex(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else ""
