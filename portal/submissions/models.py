"""What is stored of a submission: its row, its sealed versions, the contact apart, and the counts the queue shows."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.rules import StaffCountry
from portal.db import Base, UTCDateTime, stored
from portal.sealed import sealed
from portal.submissions.rules import (
    Channel,
    Confidentiality,
    Country,
    ShowAs,
    StakeholderType,
    Status,
    TextLanguage,
)


class Submission(Base):
    """One submission: what the queue sorts by and who holds it. Its words are in `version`, its author in `contact`."""

    __tablename__ = "submission"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    attempt_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    receipt_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    channel: Mapped[Channel] = mapped_column(stored(Channel))
    status: Mapped[Status] = mapped_column(stored(Status))
    status_since: Mapped[datetime] = mapped_column(UTCDateTime)
    pillar: Mapped[int]
    workstream: Mapped[str | None] = mapped_column(ForeignKey("workstream.id"))
    stakeholder_type: Mapped[StakeholderType] = mapped_column(stored(StakeholderType))
    country: Mapped[Country] = mapped_column(stored(Country))
    language: Mapped[TextLanguage] = mapped_column(stored(TextLanguage))
    page_language: Mapped[str] = mapped_column(Text)  # of the form, hence of the notices: "en" or "es"
    confidentiality: Mapped[Confidentiality] = mapped_column(stored(Confidentiality))
    only_for: Mapped[StaffCountry | None] = mapped_column(stored(StaffCountry))  # the government that alone reads it
    show_as: Mapped[ShowAs] = mapped_column(stored(ShowAs))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index("ix_submission_queue", "status", "received_at", "id"),
        Index("ix_submission_queue_pillar", "status", "pillar", "received_at", "id"),
        Index("ix_submission_queue_language", "status", "language", "received_at", "id"),
        Index(
            "ix_submission_queue_sector",
            "status",
            "stakeholder_type",
            "received_at",
            "id",
        ),
        Index("ix_submission_queue_country", "status", "country", "received_at", "id"),
        Index("ix_submission_claimed", "claimed_by_id", "claimed_until"),
    )


class Version(Base):
    """A text as its author sent it, sealed. Version 1 is the original; a correction adds one and edits none.

    Erasing empties the sealed columns: `body` has no byte then. The database allows that change and no other.
    """

    __tablename__ = "version"
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    number: Mapped[int]
    body: Mapped[bytes] = sealed()
    public_summary: Mapped[bytes | None] = sealed()
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (UniqueConstraint("submission_id", "number"),)


class Contact(Base):
    """Who wrote, sealed, apart from the text so that it can be erased alone."""

    __tablename__ = "contact"
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    name: Mapped[bytes | None] = sealed()
    organization: Mapped[bytes | None] = sealed()
    email: Mapped[bytes | None] = sealed()


class WaitingWord(Base):
    """A word of a submission that waits, as a keyed hash of its stem: what a search of the queue asks for.

    There is no foreign key: some forty rows a submission are written while its sender waits.
    """

    __tablename__ = "waiting_word"
    stem: Mapped[int] = mapped_column(BigInteger)
    submission_id: Mapped[int] = mapped_column(index=True)
    __table_args__ = (PrimaryKeyConstraint("stem", "submission_id"), {"sqlite_with_rowid": False})


class SubmissionCount(Base):
    """How many submissions stand at each combination of what the queue filters by: counting never reads a million rows.

    Kept in the transaction that adds a submission or changes its status; `portal verify` can recount.
    """

    __tablename__ = "submission_count"
    status: Mapped[Status] = mapped_column(stored(Status))
    pillar: Mapped[int]
    language: Mapped[TextLanguage] = mapped_column(stored(TextLanguage))
    stakeholder_type: Mapped[StakeholderType] = mapped_column(stored(StakeholderType))
    country: Mapped[Country] = mapped_column(stored(Country))
    only_for: Mapped[str] = mapped_column(Text, server_default="")  # empty: shown to both governments
    number: Mapped[int]
    __table_args__ = (PrimaryKeyConstraint("status", "pillar", "language", "stakeholder_type", "country", "only_for"),)
