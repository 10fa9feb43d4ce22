"""What is stored of screening: that a submission was looked through, and the signals found, as positions alone."""

from datetime import datetime

from sqlalchemy import ForeignKey, PrimaryKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UTCDateTime, stored
from portal.screening.rules import Kind


class Screening(Base):
    """That the rules of one version looked through a submission: without it, no signal does not mean nothing there."""

    __tablename__ = "screening"
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    version: Mapped[int]
    screened_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Signal(Base):
    """A passage of the text that can become public, and the rule, of its version, that found it. It holds no word.

    Positions count code points, like those of passages to hide. Erasing a submission drops its signals.
    """

    __tablename__ = "signal"
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    start: Mapped[int]
    end: Mapped[int]
    kind: Mapped[Kind] = mapped_column(stored(Kind))
    rule: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    __table_args__ = (PrimaryKeyConstraint("submission_id", "start", "end"),)
