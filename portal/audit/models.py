"""The audit trail's tables: its events, and the one row that says where it ends."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UTCDateTime


class AuditEvent(Base):
    """One event: when, who, what was done to what, details without personal data, and what ties it to the others.

    `id` counts on by one. `hash` is that of this event's words and of `before`, the hash of the event before.
    """

    __tablename__ = "audit_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    # None: a person outside, or the system. No foreign key: it would lock the row of staff after the trail's head, and
    # so wait for whoever changes that account and waits for the head.
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    before: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    mark: Mapped[bytes | None] = mapped_column(LargeBinary)  # of id and hash, under the portal's key
    __table_args__ = (
        # With the action in it: without statistics SQLite would else look one subject up among all of its action.
        Index("ix_audit_event_subject", "subject", "action"),
        Index("ix_audit_event_action", "action", "id"),
        Index(
            "ix_audit_event_actor",
            "actor_id",
            "id",
            postgresql_where=text("actor_id IS NOT NULL"),
            sqlite_where=text("actor_id IS NOT NULL"),
        ),
    )


class AuditHead(Base):
    """Where the trail ends: its last event, how many there are, and a mark of both under the portal's key.

    Without it, nobody would miss the newest events.
    """

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True)  # 1: there is one row
    last_id: Mapped[int]
    number: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    mark: Mapped[bytes] = mapped_column(LargeBinary)  # empty: not signed yet
