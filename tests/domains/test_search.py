"""Finding published texts by their words: stems of both languages, without accents, newest first, on both databases."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import portal.publication.store as publications
from portal.publication.store import Filters
from tests.builders import a_publication


def found(session: Session, q: str, **filters: object) -> list[str]:
    """The codes that a search finds, newest first."""
    page = publications.register(session, filters=Filters(q=q, **filters), limit=50)  # type: ignore[arg-type]
    return [card.code for card in page.cards]


@pytest.mark.parametrize("asked", ["educación", "educaciones", "EDUCACION", "Educación."])
def test_a_word_is_found_without_accents_and_in_other_forms(app: Flask, session: Session, asked: str) -> None:
    code = a_publication(app, body="Pedimos más educación técnica en el sur.").code
    a_publication(app, body="Pedimos caminos y puentes para la región.")

    assert found(session, asked) == [code]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Los autobuses no llegan a la planta.", "autobús"),
        ("Border delays cost us four hours.", "delay borders"),
        ("Las pymes pequeñas necesitan crédito.", "pequena"),
        ("We hired a supplier in Saltillo.", "suppliers"),
        ("Nuestra cooperativa está en Oaxaca 🇲🇽, México.", "mexico"),
        ("Jóvenes que no pueden volver a su pueblo.", "joven"),
    ],
)
def test_words_are_found_by_their_stems(app: Flask, session: Session, written: str, asked: str) -> None:
    code = a_publication(app, body=written).code
    assert found(session, asked) == [code]


def test_all_words_must_stand_in_the_text_but_those_that_every_text_has(app: Flask, session: Session) -> None:
    both = a_publication(app, body="Credit for small cooperatives, at last.").code
    a_publication(app, body="Credit for large companies, as ever.")

    assert found(session, "the credit of cooperatives") == [both]


def test_a_signature_and_a_receipt_code_are_found(app: Flask, session: Session) -> None:
    one = a_publication(
        app, show_as="organization", organization="Puente de Barro", body="Queremos más becas técnicas."
    )
    assert found(session, "puente barro") == [one.code]
    assert found(session, f"{one.code[:4]}-{one.code[4:]}".lower()) == [one.code]


def test_the_newest_is_found_first_and_a_page_goes_on_where_the_last_ended(
    app: Flask, session: Session, now: datetime
) -> None:
    codes = [
        a_publication(app, now=now + timedelta(days=day), body=f"Maíz nativo, parte {day}.").code for day in range(5)
    ]

    first = publications.register(session, filters=Filters(q="maíz"), limit=2)
    second = publications.register(session, filters=Filters(q="maíz"), after=first.next_after, limit=2)
    last = publications.register(session, filters=Filters(q="maíz"), after=second.next_after, limit=2)

    pages = [[card.code for card in page.cards] for page in (first, second, last)]
    assert pages == [[codes[4], codes[3]], [codes[2], codes[1]], [codes[0]]]
    assert last.next_after is None


def test_words_and_filters_narrow_together(app: Flask, session: Session) -> None:
    code = a_publication(app, body="Agua limpia para el pueblo.", pillar=2, country="GT").code
    a_publication(app, body="Agua limpia para la planta.", pillar=1, country="GT")
    a_publication(app, body="Caminos seguros para el pueblo.", pillar=2, country="GT")

    assert found(session, "agua", pillar=2, country="GT") == [code]
    assert publications.count(session, Filters(q="agua", pillar=2)).number == 1


def test_a_mark_cannot_be_typed(app: Flask, session: Session) -> None:
    a_publication(app, pillar=2, body="Agua limpia para el pueblo.")
    assert found(session, "_pillar_2") == []


@pytest.mark.parametrize("asked", ["???", '"', "' OR 1=1 --", "a*", "NEAR(x y)", "🇲🇽", "& | !", "\\", "x" * 300])
def test_no_typed_sign_breaks_a_search(app: Flask, session: Session, asked: str) -> None:
    a_publication(app, body="Agua limpia para el pueblo.")
    assert found(session, asked) == []


def test_a_search_counts_no_further_than_a_thousand(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publications, "MOST_COUNTED", 2)
    for _ in range(3):
        a_publication(app, body="Agua limpia para el pueblo.")

    counted = publications.count(session, Filters(q="agua"))

    assert (counted.number, counted.and_more) == (2, True)
