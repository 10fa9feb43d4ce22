"""The dialogue, its pillars, workstreams and initiatives, and who and where they refer to.

Texts that every row has are two NOT NULL columns each. Texts that some rows have, and lists of texts, are pairs in one
JSON column: the loader is their only writer and takes no half pair. Nothing is loaded lazily: `store` says what a
page needs.
"""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Integer, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from portal.db import Base, Bilingual, bilingual, stored
from portal.pillars.rules import (
    AgencyKind,
    Format,
    Home,
    Kind,
    Level,
    NameBasis,
    PlaceKind,
    Precision,
    Progress,
    When,
)


class Pair(TypeDecorator[Bilingual]):
    """A text in both languages where a row has one: {"en": …, "es": …} or NULL."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Bilingual | None, dialect: Dialect) -> dict[str, str] | None:
        return None if value is None else {"en": value.en, "es": value.es}

    def process_result_value(self, value: Any, dialect: Dialect) -> Bilingual | None:
        return None if value is None else Bilingual(value["en"], value["es"])


class Pairs(TypeDecorator[tuple[Bilingual, ...]]):
    """A list of texts in both languages, in their order: [{"en": …, "es": …}, …]."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[Bilingual, ...] | None, dialect: Dialect) -> list[dict[str, str]]:
        return [{"en": text.en, "es": text.es} for text in value or ()]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Bilingual, ...]:
        return tuple(Bilingual(text["en"], text["es"]) for text in value or ())  # NULL: an outer join found no row


def _link(name: str, owner: str, other: str) -> Table:
    """Join two tables by their keys, in an order."""
    return Table(
        name,
        Base.metadata,
        Column(owner.replace(".", "_"), ForeignKey(owner), primary_key=True),
        Column(other.replace(".", "_"), ForeignKey(other), primary_key=True, index=True),
        Column("position", Integer, nullable=False),
    )


pillar_place = _link("pillar_place", "pillar.number", "place.id")
workstream_place = _link("workstream_place", "workstream.id", "place.id")
initiative_agency = _link("initiative_agency", "initiative.id", "agency.id")
initiative_place = _link("initiative_place", "initiative.id", "place.id")
initiative_priority_group = _link("initiative_priority_group", "initiative.id", "priority_group.id")


class Dated:
    """A date with its precision, on what has one."""

    date_value: Mapped[str | None] = mapped_column(Text)
    date_precision: Mapped[Precision | None] = mapped_column(stored(Precision))
    date_year_inferred: Mapped[bool]  # the source gives the day, context the year
    date_of: Mapped[Bilingual | None] = mapped_column(Pair)  # what happens then, where that is not plain

    @property
    def date(self) -> When | None:
        """The date as it is known, if any is."""
        if self.date_value is None or self.date_precision is None:
            return None
        return When(self.date_value, self.date_precision)


class Dialogue(Base):
    """The dialogue itself, one row: what it is called, what it is for, and which document the facts come from."""

    __tablename__ = "dialogue"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    as_of: Mapped[str] = mapped_column(Text)  # a day, ISO: what "done" and "planned" are true of
    name: Mapped[Bilingual] = bilingual("name")
    full_name: Mapped[Bilingual] = bilingual("full_name")
    acronym: Mapped[Bilingual] = bilingual("acronym")
    name_basis: Mapped[NameBasis] = mapped_column(stored(NameBasis))
    document: Mapped[Bilingual] = bilingual("document")
    objectives: Mapped[tuple[Bilingual, ...]] = mapped_column(Pairs)
    stakeholder_groups: Mapped[tuple[Bilingual, ...]] = mapped_column(Pairs)
    countries: Mapped[list[str]] = mapped_column(JSON)  # ids of places

    @property
    def day(self) -> When:
        """The day that the facts are true of."""
        return When(self.as_of, Precision.DAY)


class Promise(Base):
    """One thing that both governments promise about what people send."""

    __tablename__ = "promise"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    status: Mapped[Progress] = mapped_column(stored(Progress))
    text: Mapped[Bilingual] = bilingual("text")
    note: Mapped[Bilingual | None] = mapped_column(Pair)


class PriorityGroup(Base):
    """People whom the inclusive recovery is meant to reach."""

    __tablename__ = "priority_group"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    name: Mapped[Bilingual] = bilingual("name")


class Place(Base):
    """A country or region where something happens."""

    __tablename__ = "place"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    kind: Mapped[PlaceKind] = mapped_column(stored(PlaceKind))
    name: Mapped[Bilingual] = bilingual("name")
    note: Mapped[Bilingual | None] = mapped_column(Pair)


class Agency(Base):
    """An agency of a government, an international one, or an organization that takes part."""

    __tablename__ = "agency"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    kind: Mapped[AgencyKind] = mapped_column(stored(AgencyKind))
    country: Mapped[Home] = mapped_column(stored(Home))
    name: Mapped[Bilingual] = bilingual("name")
    acronym: Mapped[Bilingual | None] = mapped_column(Pair)
    note: Mapped[Bilingual | None] = mapped_column(Pair)


class CoChair(Base):
    """One of the six people who lead the dialogue, with the office held."""

    __tablename__ = "co_chair"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    country: Mapped[Home] = mapped_column(stored(Home))
    agency_id: Mapped[str] = mapped_column(ForeignKey("agency.id"), index=True)
    agency_inferred: Mapped[bool]  # from the office, where the title does not name the agency
    title: Mapped[Bilingual] = bilingual("title")
    note: Mapped[Bilingual | None] = mapped_column(Pair)
    agency: Mapped[Agency] = relationship(lazy="raise", viewonly=True)


class Meeting(Dated, Base):
    """A meeting of the dialogue, held or to come."""

    __tablename__ = "meeting"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    level: Mapped[Level] = mapped_column(stored(Level))
    status: Mapped[Progress] = mapped_column(stored(Progress))
    name: Mapped[Bilingual] = bilingual("name")
    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), index=True)
    agenda: Mapped[tuple[Bilingual, ...]] = mapped_column(Pairs)
    place: Mapped[Place | None] = relationship(lazy="raise", viewonly=True)


class Pillar(Base):
    """One of the four pillars, numbered as both governments number them."""

    __tablename__ = "pillar"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[Bilingual] = bilingual("title")
    official_name: Mapped[Bilingual] = bilingual("official_name")
    name_basis: Mapped[NameBasis] = mapped_column(stored(NameBasis))
    aims: Mapped[tuple[Bilingual, ...]] = mapped_column(Pairs)
    places: Mapped[list[Place]] = relationship(
        secondary=pillar_place, order_by=pillar_place.c.position, lazy="raise", viewonly=True
    )
    workstreams: Mapped[list["Workstream"]] = relationship(
        order_by="Workstream.position", lazy="raise", viewonly=True, back_populates="pillar"
    )


class Workstream(Base):
    """A line of work under a pillar. Its id is its English address; submissions refer to it."""

    __tablename__ = "workstream"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    pillar_number: Mapped[int] = mapped_column(ForeignKey("pillar.number"), index=True)
    position: Mapped[int]
    slug_es: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[Bilingual] = bilingual("name")
    short: Mapped[Bilingual] = bilingual("short")
    name_basis: Mapped[NameBasis] = mapped_column(stored(NameBasis))
    pillar: Mapped[Pillar] = relationship(lazy="raise", viewonly=True, back_populates="workstreams")
    places: Mapped[list[Place]] = relationship(
        secondary=workstream_place, order_by=workstream_place.c.position, lazy="raise", viewonly=True
    )
    initiatives: Mapped[list["Initiative"]] = relationship(
        order_by="Initiative.position",
        lazy="raise",
        viewonly=True,
        back_populates="workstream",
        foreign_keys="Initiative.workstream_id",
    )

    @property
    def slug(self) -> Bilingual:
        """The last part of its address in each language."""
        return Bilingual(self.id, self.slug_es)


class Initiative(Dated, Base):
    """Something that the governments do, did or plan under a workstream, with all that is known of it."""

    __tablename__ = "initiative"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    workstream_id: Mapped[str] = mapped_column(ForeignKey("workstream.id"), index=True)
    position: Mapped[int]
    kind: Mapped[Kind] = mapped_column(stored(Kind))
    status: Mapped[Progress] = mapped_column(stored(Progress))
    name: Mapped[Bilingual] = bilingual("name")
    name_basis: Mapped[NameBasis] = mapped_column(stored(NameBasis))
    fact: Mapped[Bilingual | None] = mapped_column(Pair)
    note: Mapped[Bilingual | None] = mapped_column(Pair)
    topics: Mapped[tuple[Bilingual, ...]] = mapped_column(Pairs)
    value_chains: Mapped[tuple[Bilingual, ...]] = mapped_column(Pairs)
    audience: Mapped[Bilingual | None] = mapped_column(Pair)
    count_value: Mapped[int | None]
    count_unit: Mapped[Bilingual | None] = mapped_column(Pair)
    amount_value: Mapped[int | None]  # whole units of the currency
    amount_currency: Mapped[str | None] = mapped_column(Text)  # ISO 4217
    languages: Mapped[list[str]] = mapped_column(JSON)  # in which it is offered: "en", "es"
    format: Mapped[Format | None] = mapped_column(stored(Format))
    part_of_id: Mapped[str | None] = mapped_column(ForeignKey("initiative.id"), index=True)
    supports_id: Mapped[str | None] = mapped_column(ForeignKey("initiative.id"), index=True)
    related_workstream_id: Mapped[str | None] = mapped_column(ForeignKey("workstream.id"), index=True)
    workstream: Mapped[Workstream] = relationship(
        lazy="raise", viewonly=True, foreign_keys=[workstream_id], back_populates="initiatives"
    )
    part_of: Mapped["Initiative | None"] = relationship(
        lazy="raise", viewonly=True, foreign_keys=[part_of_id], remote_side=[id]
    )
    supports: Mapped["Initiative | None"] = relationship(
        lazy="raise", viewonly=True, foreign_keys=[supports_id], remote_side=[id]
    )
    related_workstream: Mapped[Workstream | None] = relationship(
        lazy="raise", viewonly=True, foreign_keys=[related_workstream_id]
    )
    agencies: Mapped[list[Agency]] = relationship(
        secondary=initiative_agency, order_by=initiative_agency.c.position, lazy="raise", viewonly=True
    )
    places: Mapped[list[Place]] = relationship(
        secondary=initiative_place, order_by=initiative_place.c.position, lazy="raise", viewonly=True
    )
    priority_groups: Mapped[list[PriorityGroup]] = relationship(
        secondary=initiative_priority_group, order_by=initiative_priority_group.c.position, lazy="raise", viewonly=True
    )
    __table_args__ = (
        CheckConstraint("(date_value IS NULL) = (date_precision IS NULL)", name="date_whole"),
        CheckConstraint("(count_value IS NULL) = (count_unit IS NULL)", name="count_whole"),
        CheckConstraint("(amount_value IS NULL) = (amount_currency IS NULL)", name="amount_whole"),
    )


LINKS = (pillar_place, workstream_place, initiative_agency, initiative_place, initiative_priority_group)
