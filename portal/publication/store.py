"""All SQL of publications: the register, one publication, responses, counts. Nothing here reads an original."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_
from sqlalchemy.orm import Session, selectinload

from portal import fulltext
from portal.db import Bilingual, insert_into
from portal.publication.models import Publication, PublicationCount, Response, ResponsePublication
from portal.publication.rules import EXCERPT, Hidden, Part, excerpt, parts
from portal.submissions.rules import Country, ShowAs, StakeholderType, TextLanguage

MOST_COUNTED = 1000  # a search counts no further: "more than 1,000"


@dataclass(frozen=True)
class Filters:
    """What the register is narrowed to. Nothing chosen is all of it."""

    pillar: int | None = None
    stakeholder_type: StakeholderType | None = None
    language: TextLanguage | None = None
    country: Country | None = None
    q: str = ""

    def chosen(self) -> dict[str, Any]:
        """The filters that narrow by a column, by its name."""
        return {
            one.name: value
            for one in fields(self)
            if one.name != "q" and (value := getattr(self, one.name)) is not None
        }


@dataclass(frozen=True)
class Card:
    """A publication as lists show it: `body` and `hidden` are an excerpt's, cut to some EXCERPT code points.

    `parts` is the same excerpt in pieces, for a page that shows which words a search found.
    """

    id: int
    code: str
    pillar: int
    workstream: str | None
    stakeholder_type: StakeholderType
    country: Country
    language: TextLanguage
    show_as: ShowAs
    signature: str | None
    is_summary: bool
    received_at: datetime
    published_at: datetime
    body: str
    hidden: Hidden
    parts: list[Part]
    has_hidden: bool
    is_answered: bool


@dataclass(frozen=True)
class Count:
    """How many there are; more than `number` where `and_more`."""

    number: int
    and_more: bool = False


@dataclass(frozen=True)
class Page:
    """A page of a list, newest first. `next_after` is the cursor of the next one, if there is one."""

    cards: list[Card]
    next_after: int | None


@dataclass(frozen=True)
class ResponseCard:
    """A response as lists show it, with how many public submissions it answers."""

    id: int
    slug: Bilingual
    pillar: int
    title: Bilingual
    text: Bilingual
    agencies: list[str]
    published_at: datetime
    number_answered: int


def by_submission(session: Session, submission_id: int) -> Publication | None:
    """Find the public version of a submission, retracted or not, and keep others from changing it."""
    query = select(Publication).where(Publication.submission_id == submission_id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def by_code(session: Session, code: str) -> Publication | None:
    """Find a publication by its receipt code (8 characters), retracted or not, with the responses to it."""
    answers = selectinload(Publication.responses)
    return session.scalars(select(Publication).where(Publication.code == code).options(answers)).one_or_none()


def published_codes(session: Session, codes: Sequence[str]) -> set[str]:
    """Of these receipt codes, those of publications that are public now."""
    return set(session.scalars(select(Publication.code).where(Publication.code.in_(codes), _is_public())))


def published_among(session: Session, codes: Sequence[str]) -> list[Publication]:
    """Of these receipt codes, the publications that are public now, in the order of the codes."""
    found = {
        row.code: row for row in session.scalars(select(Publication).where(Publication.code.in_(codes), _is_public()))
    }
    return [found[code] for code in dict.fromkeys(codes) if code in found]


def cards_of(session: Session, codes: Sequence[str]) -> list[Card]:
    """The cards of what is public under these receipt codes (8 characters), newest first."""
    return _cards(session, _is_public(), Publication.code.in_(codes))


def register(session: Session, *, filters: Filters, after: int | None = None, limit: int) -> Page:
    """Read a page of the register, newest first, from the one after the cursor on.

    The index is asked which these are, words or none: it holds what is public alone, in order, with every filter.
    """
    found = fulltext.find(session, filters.q, marks_of(filters.chosen()))
    place = found.selected_columns.place
    if after is not None:
        found = found.where(place < after)
    places = list(session.scalars(found.order_by(place.desc()).limit(limit + 1)))
    ids = [fulltext.publication_id(place) for place in places[:limit]]
    cards = {card.id: card for card in _cards(session, Publication.id.in_(ids), words=filters.q)}
    return Page([cards[one] for one in ids if one in cards], places[limit - 1] if len(places) > limit else None)


def answered_by(session: Session, response_id: int, *, after: int | None = None, limit: int) -> Page:
    """Read a page of the submissions that a response answers, newest first."""
    answered = select(ResponsePublication.publication_id).where(ResponsePublication.response_id == response_id)
    conditions = [_is_public(), Publication.id.in_(answered)]
    if after is not None:
        conditions.append(tuple_(Publication.published_at, Publication.id) < fulltext.moment_and_id(after))
    cards = _cards(session, *conditions, limit=limit + 1)
    last = cards[limit - 1] if len(cards) > limit else None
    return Page(cards[:limit], fulltext.place_of(last.published_at, last.id) if last else None)


def latest(session: Session, limit: int, pillar: int | None = None, besides: int | None = None) -> list[Card]:
    """The newest publications, of one pillar where one is named, without the one with the id `besides`."""
    cards = register(session, filters=Filters(pillar=pillar), limit=limit + 1).cards
    return [card for card in cards if card.id != besides][:limit]


def count(session: Session, filters: Filters) -> Count:
    """Count what the register holds: exactly by filters, with words no further than MOST_COUNTED."""
    chosen = filters.chosen()
    if filters.q.strip():
        found = fulltext.find(session, filters.q, marks_of(chosen)).limit(MOST_COUNTED + 1).subquery()
        number = session.scalar(select(func.count()).select_from(found)) or 0
        return Count(min(number, MOST_COUNTED), number > MOST_COUNTED)
    query = select(func.coalesce(func.sum(PublicationCount.number), 0))
    conditions = [getattr(PublicationCount, name) == value for name, value in chosen.items()]
    return Count(int(session.scalar(query.where(*conditions)) or 0))


def number_published(session: Session, pillar: int | None = None) -> int:
    """How many submissions are public, of one pillar or of all."""
    return count(session, Filters(pillar=pillar)).number


def tally(session: Session, publication: Publication, change: int) -> None:
    """Keep the counts right when a publication becomes public (1) or ceases to be (-1)."""
    key = filters_of(publication)
    row = insert_into(session, PublicationCount).values(**key, number=change)
    number = PublicationCount.number + change
    session.execute(row.on_conflict_do_update(index_elements=list(key), set_={"number": number}))


def filters_of(publication: Publication) -> dict[str, Any]:
    """The filters under which the register shows a publication, by their columns' names."""
    return {one.name: getattr(publication, one.name) for one in fields(Filters) if one.name != "q"}


def marks_of(chosen: dict[str, Any]) -> list[str]:
    """Write filters as the marks under which the index holds them."""
    return [f"{name} {value}" for name, value in chosen.items()]


def latest_responses(session: Session, limit: int, pillar: int | None = None) -> list[ResponseCard]:
    """The newest responses, of one pillar where one is named: their cards, newest first."""
    public = (
        select(func.count())
        .select_from(ResponsePublication)
        .join(Publication, Publication.id == ResponsePublication.publication_id)
        .where(ResponsePublication.response_id == Response.id, _is_public())
        .scalar_subquery()
    )
    query = select(Response, public).order_by(Response.published_at.desc(), Response.id.desc()).limit(limit)
    if pillar is not None:
        query = query.where(Response.pillar == pillar)
    return [
        ResponseCard(row.id, row.slug, row.pillar, row.title, row.text, row.agencies, row.published_at, number)
        for row, number in session.execute(query)
    ]


def number_of_responses(session: Session, pillar: int | None = None) -> int:
    """How many responses there are, to one pillar or to all."""
    query = select(func.count()).select_from(Response)
    return session.scalar(query if pillar is None else query.where(Response.pillar == pillar)) or 0


def number_answered(session: Session, response_ids: Sequence[int]) -> dict[int, int]:
    """How many public submissions each of these responses answers, by the response's id."""
    query = (
        select(ResponsePublication.response_id, func.count().label("number"))
        .join(Publication, Publication.id == ResponsePublication.publication_id)
        .where(ResponsePublication.response_id.in_(response_ids), _is_public())
        .group_by(ResponsePublication.response_id)
    )
    return {row.response_id: row.number for row in session.execute(query)}


def response_by_slug(session: Session, slug: str, language: str) -> Response | None:
    """Find the response at an address of a language."""
    column = Response.__table__.c[f"slug_{language}"]
    return session.scalars(select(Response).where(column == slug)).one_or_none()


def slugs_like(session: Session, slug: str, language: str) -> set[str]:
    """The slugs of a language that begin like this one."""
    column = Response.__table__.c[f"slug_{language}"]
    return set(session.scalars(select(column).where(column.startswith(slug, autoescape=True))))


def _is_public() -> ColumnElement[bool]:
    return Publication.retracted_at.is_(None)


def _cards(session: Session, *conditions: ColumnElement[bool], limit: int | None = None, words: str = "") -> list[Card]:
    answers = exists().where(ResponsePublication.publication_id == Publication.id)
    # Without words to look for, no more of a text is read than a card shows.
    text = Publication.body if words.strip() else func.substr(Publication.body, 1, 2 * EXCERPT)
    named = [column for column in Publication.__table__.columns if column.name in CARD_COLUMNS]
    query: Select[Any] = select(*named, Publication.hidden, text.label("text"), answers.label("is_answered"))
    query = query.where(*conditions).order_by(Publication.published_at.desc(), Publication.id.desc()).limit(limit)
    is_hit = fulltext.matcher(words)
    cards = []
    for row in session.execute(query).mappings():
        values = dict(row)
        text, hidden = values.pop("text"), values.pop("hidden")
        cut = excerpt(text, hidden, around=fulltext.first_hit(text, is_hit))
        pieces = parts(cut, is_hit)
        cards.append(Card(**values, body=cut.text, hidden=cut.hidden, parts=pieces, has_hidden=bool(hidden)))
    return cards


CARD_COLUMNS = {one.name for one in fields(Card)} & set(Publication.__table__.columns.keys()) - {"body", "hidden"}
