"""The public version: what it holds, how it is replaced and taken away, and that nothing hidden is public anywhere."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

import portal.publication.store as publications
import portal.submissions.store as submissions
from portal import db
from portal.audit.models import AuditEvent
from portal.kept_pages import Content
from portal.policy.rules import Reason
from portal.publication.models import Publication
from portal.publication.publish import Passage, publish
from portal.publication.retract import retract
from portal.publication.rules import PassageOutside
from portal.publication.store import Filters
from portal.submissions.receipts import spelled
from tests.builders import a_publication, a_submission
from tests.visitor import Visitor

CANARY = "Zopilote-4417"
SEALED = {"submission", "version", "contact", "submission_count", "decision", "decision_reason", "notice"}


def id_of(session: Session, code: str) -> int:
    submission = submissions.by_code(session, code)
    assert submission
    return submission.id


def publish_again(app: Flask, code: str, passages: list[Passage], now: datetime) -> None:
    with app.app_context(), db.transaction() as session:
        publish(session, submissions.locked(session, id_of(session, code)), passages, now=now)


def retract_again(app: Flask, code: str, now: datetime) -> None:
    with app.app_context(), db.transaction() as session:
        retract(session, id_of(session, code), now=now)


def hiding(text: str, passage: str, code: Reason = Reason.PERSONAL_DATA) -> list[Passage]:
    start = text.index(passage)
    return [Passage(start, start + len(passage), code)]


@contextmanager
def tables_read(app: Flask) -> Iterator[set[str]]:
    """The tables that any statement names while this lasts."""
    named: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        named.update(re.findall(r"(?:FROM|JOIN|INTO|UPDATE)\s+\"?(\w+)", statement, re.IGNORECASE))

    event.listen(app.extensions["engine"], "before_cursor_execute", note)
    yield named
    event.remove(app.extensions["engine"], "before_cursor_execute", note)


def public_pages(code: str) -> list[str]:
    return [
        "/en/input",
        "/es/aportaciones",
        f"/en/input?q={CANARY}",
        "/es/aportaciones?q=pueblo&country=MX&language=es&type=individual&pillar=4",
        f"/en/input/{spelled(code)}",
        f"/es/aportaciones/{spelled(code)}",
        "/en/responses",
        "/es/respuestas",
    ]


def without_echo(page: str) -> str:
    """A page without the words that its reader searched for."""
    return page.replace(f"“{CANARY}”", "").replace(f"q={CANARY}", "").replace(f'value="{CANARY}"', "")


@pytest.mark.parametrize(
    ("changes", "signature"),
    [
        ({"show_as": "anonymous", "name": "Ana", "organization": "Puente"}, None),
        ({"show_as": "name", "name": "Ana Ruiz"}, "Ana Ruiz"),
        ({"show_as": "organization", "name": "Ana", "organization": "Puente de Barro"}, "Puente de Barro"),
    ],
)
def test_a_text_is_signed_as_its_author_chose(
    app: Flask, session: Session, changes: dict[str, Any], signature: str | None
) -> None:
    code = a_publication(app, **changes).code

    publication = publications.by_code(session, code)

    assert publication
    assert publication.signature == signature


def test_of_a_text_for_the_governments_only_the_summary_is_public(
    app: Flask, visitor: Visitor, session: Session
) -> None:
    code = a_publication(
        app,
        confidentiality="governments_only",
        body=f"Nuestros precios son {CANARY}.",
        public_summary="Pedimos trámites más cortos.",
    ).code

    page = visitor.open("publication.submission", "es", code=code)

    publication = publications.by_code(session, code)
    assert publication
    assert publication.is_summary
    assert "Pedimos trámites más cortos." in page
    assert CANARY not in page


def test_a_second_decision_replaces_the_public_version_and_keeps_its_day(
    app: Flask, session: Session, now: datetime
) -> None:
    text = f"Llame a {CANARY} en el pueblo."
    code = a_publication(app, now=now, body=text).code

    publish_again(app, code, hiding(text, CANARY), now + timedelta(days=2))

    publication = publications.by_code(session, code)
    assert publication
    assert (publication.body, publication.hidden) == ("Llame a  en el pueblo.", [[8, "personal-data"]])
    assert publication.published_at == now.replace(microsecond=0)
    assert session.scalar(select(func.count()).select_from(Publication)) == 1
    assert publications.register(session, filters=Filters(q=CANARY), limit=5).cards == []
    assert len(publications.register(session, filters=Filters(q="pueblo"), limit=5).cards) == 1
    assert publications.number_published(session) == 1


def test_a_retracted_text_is_in_no_public_place(app: Flask, visitor: Visitor, session: Session, now: datetime) -> None:
    code = a_publication(app, body=f"Llame a {CANARY} en el pueblo.").code

    retract_again(app, code, now)

    publication = publications.by_code(session, code)
    assert publication
    assert (publication.body, publication.signature) == ("", None)
    assert publications.number_published(session) == 0
    for address in public_pages(code):
        assert CANARY not in visitor.get(address, status="*").html.select_one("main").get_text().replace(
            f"“{CANARY}”", ""
        )


def test_retracting_what_is_not_public_does_nothing(app: Flask, session: Session, now: datetime) -> None:
    code = a_submission(app).code
    retract_again(app, code, now)
    assert "publication:retracted" not in session.scalars(select(AuditEvent.action)).all()


def test_a_retracted_text_published_anew_stands_among_the_newest(app: Flask, session: Session, now: datetime) -> None:
    code = a_publication(app, now=now - timedelta(days=9), body="Agua para el pueblo.").code
    newer = a_publication(app, now=now - timedelta(days=5), body="Agua para el ejido.").code
    retract_again(app, code, now - timedelta(days=3))
    publish_again(app, code, [], now)

    for filters in (Filters(), Filters(q="agua"), Filters(pillar=4)):
        assert [card.code for card in publications.register(session, filters=filters, limit=5).cards] == [code, newer]
    assert publications.number_published(session, 4) == 2


def test_a_passage_outside_of_the_text_publishes_nothing(app: Flask, session: Session, now: datetime) -> None:
    code = a_submission(app, body="Once upon a time.").code
    with pytest.raises(PassageOutside):
        publish_again(app, code, [Passage(3, 90, Reason.ABUSE)], now)
    assert publications.by_code(session, code) is None


def test_each_change_is_recorded_and_makes_kept_pages_out_of_date(app: Flask, session: Session, now: datetime) -> None:
    before = session.scalars(select(Content.version)).first() or 0
    session.rollback()
    code = a_publication(app).code
    retract_again(app, code, now)

    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.subject == f"publication:{code}")).all()
    assert actions == ["publication:made", "publication:retracted"]
    assert session.scalars(select(Content.version)).first() == before + 2


def test_what_is_hidden_or_unpublished_is_in_no_public_page(app: Flask, visitor: Visitor) -> None:
    text = f"Soy del pueblo. Mi número es {CANARY}, gracias."
    code = a_publication(
        app, hiding(text, CANARY), body=text, name=CANARY, organization=CANARY, email="a@example.org"
    ).code
    a_submission(app, body=f"Del pueblo: {CANARY}")
    retracted = a_publication(app, body=f"Del pueblo: {CANARY}").code
    retract_again(app, retracted, datetime.fromisoformat("2026-01-01T00:00:00+00:00"))

    for address in [*public_pages(code), *public_pages(retracted)]:
        assert CANARY not in without_echo(visitor.get(address, status="*").text), address


def test_public_pages_read_publications_and_never_an_original(app: Flask, visitor: Visitor) -> None:
    code = a_publication(app, body="Agua para el pueblo.").code
    with tables_read(app) as tables:
        for address in public_pages(code):
            visitor.get(address)
    assert {"publication", "words", "publication_count"} <= tables
    assert not tables & SEALED


def test_the_page_shows_labels_in_the_readers_language_and_the_text_in_its_own(app: Flask, visitor: Visitor) -> None:
    text = f"Escríbame a {CANARY} por favor."
    code = a_publication(app, hiding(text, CANARY), body=text).code

    page = visitor.open("publication.submission", "en", code=code).html

    said = page.select_one("article .said")
    assert said["lang"] == "es"
    assert said.get_text() == "Escríbame a [personal data hidden] por favor."
    assert said.select_one(".hidden-words")["lang"] == "en"
    assert page.select_one('a[href$="/moderation-policy#personal-data"]')


def test_a_text_in_a_language_we_do_not_know_claims_none(app: Flask, visitor: Visitor) -> None:
    code = a_publication(app, language="other", body="Nimitztlazohtla noaltepeuh.").code
    page = visitor.open("publication.submission", "es", code=code).html
    assert page.select_one("article .said")["lang"] == ""


def test_markup_in_a_text_is_shown_as_typed(app: Flask, visitor: Visitor) -> None:
    text = '<script>alert(1)</script> <b>=1+1</b> "&amp;"'
    code = a_publication(app, body=text).code
    page = visitor.open("publication.submission", "en", code=code).html
    assert page.select_one("article .said").get_text() == text
    assert visitor.open("publication.register", "en").html.select_one(".submission .said").get_text() == text


@pytest.mark.parametrize("spelling", [str.lower, lambda code: code.replace("-", "")])
def test_other_spellings_of_a_code_lead_to_its_page(
    app: Flask, visitor: Visitor, spelling: Callable[[str], str]
) -> None:
    canonical = spelled(a_publication(app).code)
    answer = visitor.get(f"/es/aportaciones/{spelling(canonical)}", status=301)
    assert answer.location == f"/es/aportaciones/{canonical}"


def test_what_is_not_public_is_not_found(app: Flask, visitor: Visitor) -> None:
    waiting = a_submission(app).code
    for code in (spelled(waiting), "7K3F-92QM", "nothing"):
        visitor.get(f"/en/input/{code}", status=404)


def test_what_was_retracted_says_so(app: Flask, visitor: Visitor, now: datetime) -> None:
    code = a_publication(app).code
    retract_again(app, code, now)
    page = visitor.get(f"/en/input/{spelled(code)}", status=410)
    assert page.html.h1.get_text() == "This submission was withdrawn from the register"


def test_public_pages_set_no_cookie_and_are_kept_until_something_changes(app: Flask, visitor: Visitor) -> None:
    first = a_publication(app, body="Agua para el pueblo.").code
    page = visitor.get("/es/aportaciones")
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "public, no-cache"
    assert spelled(first) in page

    second = a_publication(app, body="Caminos para el pueblo.").code
    if app.extensions["engine"].dialect.name == "sqlite":  # PostgreSQL shows a page up to a second longer
        assert spelled(second) in visitor.get("/es/aportaciones")
