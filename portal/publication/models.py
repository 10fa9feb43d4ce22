"""The public version of a submission, and official responses."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, PrimaryKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Bilingual, UTCDateTime, bilingual, stored
from portal.submissions.rules import Country, ShowAs, StakeholderType, TextLanguage


class Publication(Base):
    """One published submission as everyone may read it. `retracted_at` takes it out of every public place.

    `body` has no hidden passage in it; `hidden` lists `[position, reason code]`, positions in code points of `body`
    in rising order, where the reader finds a label in their own language instead.
    """

    __tablename__ = "publication"
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), unique=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    pillar: Mapped[int]
    workstream: Mapped[str | None] = mapped_column(ForeignKey("workstream.id"))
    stakeholder_type: Mapped[StakeholderType] = mapped_column(stored(StakeholderType))
    country: Mapped[Country] = mapped_column(stored(Country))
    language: Mapped[TextLanguage] = mapped_column(stored(TextLanguage))
    show_as: Mapped[ShowAs] = mapped_column(stored(ShowAs))
    signature: Mapped[str | None] = mapped_column(Text)  # the name or organization; none where anonymous
    is_summary: Mapped[bool]  # the author's public summary of a text that only the governments read
    body: Mapped[str] = mapped_column(Text)
    hidden: Mapped[list[list[int | str]]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    retracted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    responses: Mapped[list["Response"]] = relationship(
        secondary="response_publication",
        back_populates="publications",
        order_by="Response.published_at.desc()",
    )
    __table_args__ = (
        Index("ix_publication_register", "retracted_at", "published_at", "id"),
        Index(
            "ix_publication_register_pillar",
            "retracted_at",
            "pillar",
            "published_at",
            "id",
        ),
    )


class PublicationCount(Base):
    """How many submissions are public at each combination of what the register filters by.

    Kept in the transaction that publishes or retracts: no page counts a million rows.
    """

    __tablename__ = "publication_count"
    pillar: Mapped[int]
    language: Mapped[TextLanguage] = mapped_column(stored(TextLanguage))
    stakeholder_type: Mapped[StakeholderType] = mapped_column(stored(StakeholderType))
    country: Mapped[Country] = mapped_column(stored(Country))
    number: Mapped[int]
    __table_args__ = (PrimaryKeyConstraint("pillar", "language", "stakeholder_type", "country"),)


class Response(Base):
    """What the governments answer to a set of published submissions, in both languages."""

    __tablename__ = "response"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[Bilingual] = bilingual("slug")
    pillar: Mapped[int]
    title: Mapped[Bilingual] = bilingual("title")
    text: Mapped[Bilingual] = bilingual("text")
    agencies: Mapped[list[str]] = mapped_column(JSON)  # ids of the agencies that answer, in their order
    actor_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    publications: Mapped[list[Publication]] = relationship(secondary="response_publication", back_populates="responses")
    __table_args__ = (
        Index("uq_response_slug_en", "slug_en", unique=True),
        Index("uq_response_slug_es", "slug_es", unique=True),
    )


class ResponsePublication(Base):
    """Which published submissions a response answers."""

    __tablename__ = "response_publication"
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), primary_key=True, index=True)
