"""A file that cannot be loaded is refused whole, with a sentence for each fault that names its place."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.pillars.models import Pillar
from portal.pillars.yaml_file import BadFile, own_file, parse
from tests.dialogue import item, loaded_again

Change = Callable[[Any], object]
FAULTS: list[tuple[Change, str]] = [
    (lambda d: item(d, "arco")["name"].pop("es"), "items › arco › name › es: is missing."),
    (lambda d: item(d, "arco")["name"].update(en="  "), "items › arco › name › en: must be text"),
    (lambda d: item(d, "arco").pop("name"), "items › arco › name: is missing."),
    (lambda d: item(d, "arco").update(agencies=["usad"]), 'items › arco › agencies: no agency has the id "usad".'),
    (lambda d: item(d, "arco").update(agencies=["usaid", "usaid"]), "agencies: names the same id twice."),
    (lambda d: item(d, "arco").update(places="mexico"), 'places: must be a list, found "mexico".'),
    (lambda d: item(d, "arco").update(status="finished"), "status: must be one of done, under-way, planned, goal;"),
    (lambda d: item(d, "arco").update(kind=None), "kind: must be one of"),
    (lambda d: item(d, "arco").update(satus="done"), "items › arco › satus: is no field that the portal knows."),
    (lambda d: item(d, "arco").update(part_of="arco"), 'part_of: no other initiative has the id "arco".'),
    (lambda d: item(d, "arco").update(related_workstream="x"), 'no other workstream has the id "x".'),
    (lambda d: item(d, "arco").update(id="surges"), 'initiative › id: "surges" stands in the file twice.'),
    (lambda d: item(d, "arco").update(id="ARCO 2"), '"ARCO 2" must be small letters without accents'),
    (lambda d: item(d, "arco").update(languages=["fr"]), 'languages: no language has the id "fr".'),
    (lambda d: item(d, "surges")["date"].update(precision="day"), '"2022-08" is not a date with the precision "day".'),
    (lambda d: item(d, "surges")["date"].update(precision="week"), "date › precision: must be one of day, month,"),
    (lambda d: item(d, "surges")["date"].update(value=2022), 'date › value: must be text; write "2022" in quotes.'),
    (lambda d: item(d, "surges")["count"].update(value="four"), 'count › value: must be a whole number, found "four".'),
    (lambda d: item(d, "awe-award")["amount"].update(currency="$"), "amount › currency: must be three capitals"),
    (lambda d: item(d, "awe-award")["amount"].update(value=2**40), "amount › value: must be a whole number"),
    (lambda d: item(d, "technology-mou")["topics"][0].pop("en"), "technology-mou › topics › 1 › en: is missing."),
    (lambda d: item(d, "technology-mou").update(topics=[["a"]]), "topics › 1: expected fields"),
    (lambda d: d["pillars"][0].update(number=5), "pillars › 5 › number: must be 1 to 4, found 5."),
    (lambda d: d["pillars"][0].update(number=2), 'pillar › number: "2" stands in the file twice.'),
    (lambda d: d["pillars"][0].update(aims="many"), 'pillars › 1 › aims: must be a list, found "many".'),
    (lambda d: d["co_chairs"][0].update(agency="cia"), 'co_chairs › lago › agency: no agency has the id "cia".'),
    (lambda d: d["co_chairs"][0].update(agency_inferred="maybe"), "agency_inferred: must be true or false"),
    (lambda d: d["meetings"][0].update(level="friends"), "level: must be one of co-chairs, cabinet;"),
    (lambda d: d.update(as_of="April"), 'as_of: "April" is not a day such as "2022-04-18".'),
    (lambda d: d.pop("dialogue"), "dialogue: expected fields, found nothing."),
    (lambda d: d.pop("pillars"), "pillars: is missing."),
    (lambda d: d.update(pilars=[]), "pilars: is no field that the portal knows."),
]


@pytest.mark.parametrize(("change", "sentence"), FAULTS, ids=[sentence[:50] for _, sentence in FAULTS])
def test_a_bad_file_is_refused_whole_with_the_place_of_its_fault(
    app: Flask, session: Session, now: datetime, change: Change, sentence: str
) -> None:
    data = own_file()
    data["pillars"][0]["title"]["en"] = "Changed"
    change(data)

    with pytest.raises(BadFile) as refused:
        loaded_again(app, data, now)

    assert any(sentence in problem for problem in refused.value.problems), refused.value.problems
    assert session.get_one(Pillar, 1).title["en"] == "Building Back Together"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, "expected fields, found nothing."),
        ([], 'expected fields, found "[]".'),
        ("text", 'expected fields, found "text".'),
        ({"pillars": [{"workstreams": [{"items": [None, 3, "x"]}, "y"]}, 7]}, 'expected fields, found "7".'),
        ({"pillars": {"number": 1}}, "pillars: must be a list"),
    ],
)
def test_a_file_of_another_shape_is_refused(app: Flask, now: datetime, data: Any, sentence: str) -> None:
    with pytest.raises(BadFile) as refused:
        loaded_again(app, data, now)

    assert any(sentence in problem for problem in refused.value.problems), refused.value.problems


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [1, 2\nb: 3", "Line 2"),
        ("a: 1\na: 2", '"a" stands here twice'),
        ("a: &x [lol]\nb: [*x, *x]", "anchors and aliases are not used here"),
        ("a: !!python/object/apply:os.system ['true']", "could not determine a constructor"),
        ("? [a, b]\n: c", "a field is named by one word"),
        ("\tpillars: 1", "Line 1"),
        ("a: \x07", "not YAML"),
        ("[" * 20_000, "not YAML"),
        (" " * 3_000_000, "more than 2,000,000 characters"),
    ],
)
def test_text_that_is_no_plain_yaml_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(BadFile, match=sentence):
        parse(text)


def test_words_that_yaml_would_turn_into_something_else_stay_words() -> None:
    assert parse("a: no\nb: 2022-05-12\nc: 1.5\nd: true\ne: 38000\nf: ~") == {
        "a": "no",
        "b": "2022-05-12",
        "c": "1.5",
        "d": True,
        "e": 38000,
        "f": None,
    }
