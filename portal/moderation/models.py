"""Decisions with their reasons, and the notices that follow. Rows are added, never changed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Bilingual, UTCDateTime, bilingual, stored
from portal.policy.rules import Reason
from portal.sealed import sealed
from portal.submissions.rules import Status, Verdict


class Decision(Base):
    """One verdict on one submission: by a member of staff, by its author, or by the system (no actor)."""

    __tablename__ = "decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    verdict: Mapped[Verdict] = mapped_column(stored(Verdict))
    from_status: Mapped[Status] = mapped_column(stored(Status))
    to_status: Mapped[Status] = mapped_column(stored(Status))
    first_reason: Mapped[Reason | None] = mapped_column(stored(Reason))
    note: Mapped[bytes | None] = sealed()  # what a colleague should know
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    effective_at: Mapped[datetime] = mapped_column(UTCDateTime)  # end of the undo window
    reasons: Mapped[list["DecisionReason"]] = relationship(order_by="DecisionReason.id", lazy="selectin")
    __table_args__ = (
        CheckConstraint(
            "verdict NOT IN ('not_publish', 'publish_redacted') OR first_reason IS NOT NULL",
            name="reason_given",
        ),
        CheckConstraint("(verdict = 'undo') = (undoes_id IS NOT NULL)", name="undo_names_decision"),
        Index("ix_decision_submission", "submission_id", "id"),
        Index("ix_decision_decided_at", "decided_at"),
    )


class DecisionReason(Base):
    """One reason of a decision; where it hides a passage, the passage's code points in the original text."""

    __tablename__ = "decision_reason"
    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    code: Mapped[Reason] = mapped_column(stored(Reason))
    passage_start: Mapped[int | None]
    passage_end: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("(passage_start IS NULL) = (passage_end IS NULL)", name="passage_whole"),
        CheckConstraint("passage_start < passage_end", name="passage_not_empty"),
    )


class Notice(Base):
    """What a person was told of a decision, in both languages, as it read on the day. Its row means: it took effect."""

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    text: Mapped[Bilingual] = bilingual("text")
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
