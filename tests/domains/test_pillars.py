"""Loading what the dialogue is doing: all of it, once, in place, or not at all."""

import copy
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import portal.pillars.store as pillars
from portal.audit.models import AuditEvent
from portal.pillars.labels import FORMATS, HOMES, KINDS, LEVELS
from portal.pillars.load import Loaded
from portal.pillars.models import Initiative, Meeting, Workstream
from portal.pillars.rules import Format, Home, Kind, Level
from portal.pillars.yaml_file import BadFile, own_file
from tests.builders import a_submission
from tests.dialogue import item, loaded_again

# What the fact sheet of April 2022 holds, counted by hand.
TOTALS = {
    "pillars": 4,
    "workstreams": 9,
    "items": 48,
    "items_by_pillar": {1: 16, 2: 14, 3: 6, 4: 12},
    "items_by_status": {"done": 10, "under-way": 23, "planned": 9, "goal": 6},
    "agencies": 16,
    "organizations": 9,
    "co_chairs": 6,
    "meetings": 2,
    "objectives": 6,
    "pillar_aims": 18,
    "stakeholder_groups": 4,
    "priority_groups": 6,
    "promises": 8,
    "places": 11,
    "amounts": 1,
    "counts": 6,
    "dates": 9,
}
ROWS = 120
FACTS = Path(__file__).resolve().parent.parent / "facts.yaml"


@pytest.fixture
def data() -> Any:
    """The project's own file, to be changed."""
    return own_file()


def test_the_totals_are_those_of_the_fact_sheet(session: Session) -> None:
    found = [pillars.pillar(session, number) for number in range(1, 5)]
    whole = [pillar for pillar in found if pillar]
    dialogue = pillars.dialogue(session)
    assert dialogue
    items = [item for pillar in whole for stream in pillar.workstreams for item in stream.initiatives]
    agencies = Counter(agency.kind.value for agency in pillars.agencies(session))
    assert {
        "pillars": len(whole),
        "workstreams": sum(len(pillar.workstreams) for pillar in whole),
        "items": len(items),
        "items_by_pillar": pillars.number_of_initiatives(session),
        "items_by_status": dict(Counter(item.status.value for item in items)),
        "agencies": agencies["agency"],
        "organizations": agencies["organization"],
        "co_chairs": len(pillars.co_chairs(session)),
        "meetings": len(pillars.meetings(session)),
        "objectives": len(dialogue.objectives),
        "pillar_aims": sum(len(pillar.aims) for pillar in whole),
        "stakeholder_groups": len(dialogue.stakeholder_groups),
        "priority_groups": len(pillars.priority_groups(session)),
        "promises": len(pillars.promises(session)),
        "places": len(pillars.places(session)),
        "amounts": sum(item.amount_value is not None for item in items),
        "counts": sum(item.count_value is not None for item in items),
        "dates": len(pillars.milestones(session)),
    } == TOTALS


def test_loading_again_changes_nothing(app: Flask, data: Any, now: datetime) -> None:
    assert loaded_again(app, data, now) == Loaded(added=0, changed=0, unchanged=ROWS, removed=0)


def test_a_change_is_made_in_place(app: Flask, session: Session, data: Any, now: datetime) -> None:
    surges = item(data, "surges")
    surges["status"], surges["date"] = "under-way", {"value": "2022-09-01", "precision": "day"}
    surges["agencies"].append("amexcid")
    item(data, "arco")["name"]["es"] = "Alianza ARCO"

    assert loaded_again(app, data, now) == Loaded(added=0, changed=2, unchanged=ROWS - 2, removed=0)

    stream = pillars.by_slug(session, 2, "root-causes", "en")
    assert stream
    changed = {row.id: row for row in stream.initiatives}
    assert changed["surges"].date_value == "2022-09-01"
    assert changed["surges"].date_of is None
    assert [agency.id for agency in changed["surges"].agencies] == ["usaid", "amexcid"]
    assert changed["arco"].name["es"] == "Alianza ARCO"


def test_initiatives_come_and_go_whatever_they_refer_to(app: Flask, session: Session, data: Any, now: datetime) -> None:
    stream = data["pillars"][1]["workstreams"][0]
    stream["items"] = [row for row in stream["items"] if not row["id"].startswith("arco")]
    first, second = copy.deepcopy(stream["items"][0]), copy.deepcopy(stream["items"][0])
    first |= {"id": "a-new-part", "part_of": "a-new-whole"}
    second |= {"id": "a-new-whole"}
    stream["items"][:0] = [first, second]
    item(data, "sowing-life")["part_of"] = "a-new-whole"

    loaded = loaded_again(app, data, now)

    assert (loaded.added, loaded.removed) == (2, 3)
    assert session.get_one(Initiative, "a-new-part").part_of_id == "a-new-whole"
    assert session.get(Initiative, "arco") is None


def test_what_submissions_refer_to_cannot_be_dropped(app: Flask, data: Any, now: datetime) -> None:
    a_submission(app, pillar=3, workstream="cybersecurity")
    data["pillars"][2]["workstreams"] = []

    with pytest.raises(BadFile, match='the workstream "cybersecurity" is missing'):
        loaded_again(app, data, now)


def test_a_load_is_one_audit_event(app: Flask, session: Session, data: Any, now: datetime) -> None:
    def events() -> int:
        query = select(func.count()).select_from(AuditEvent)
        return session.scalar(query.where(AuditEvent.action == "pillars:loaded")) or 0

    before = events()
    session.rollback()
    loaded_again(app, data, now)

    assert events() == before + 1
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event
    assert event.detail == {"as_of": "2022-04-18", "added": 0, "changed": 0, "unchanged": ROWS, "removed": 0}


def test_a_form_offers_pillars_and_workstreams_in_its_language(session: Session) -> None:
    assert pillars.choices(session, "en")[0] == ("1", "Building Back Together")
    assert pillars.choices(session, "es")[3] == ("4", "Invertir en nuestra gente")
    offered = pillars.workstream_choices(session, "es")
    assert offered["Asegurar las herramientas para la prosperidad futura"] == [("cybersecurity", "Ciberseguridad")]
    assert sum(len(streams) for streams in offered.values()) == TOTALS["workstreams"]


def test_a_workstream_is_found_by_the_slug_of_the_language_alone(session: Session) -> None:
    found = pillars.by_slug(session, 2, "causas-de-raiz", "es")
    assert found
    assert found.id == "root-causes"
    assert pillars.by_slug(session, 2, "causas-de-raiz", "en") is None
    assert pillars.by_slug(session, 1, "root-causes", "en") is None


def test_milestones_stand_in_order_with_those_planned_to_come(session: Session) -> None:
    order = [(row.initiative or row.meeting).id for row in pillars.milestones(session) if row.initiative or row.meeting]  # type: ignore[union-attr]
    assert order == [
        "mdrc-workplan-2022",
        "academy-women-entrepreneurs",
        "mdrc-progress-review",
        "arco-request-for-proposals",
        "mid-year-review-2022",
        "sbdc-regional-block",
        "anti-counterfeit-campaign",
        "surges",
        "annual-meeting-2022",
    ]
    assert len(pillars.to_come(session)) == 4
    assert len(pillars.planned_without_date(session)) == 6


def test_every_code_has_its_words() -> None:
    assert (set(KINDS), set(LEVELS), set(FORMATS), set(HOMES)) == (set(Kind), set(Level), set(Format), set(Home))


def test_every_fact_is_that_of_the_fact_sheet(session: Session) -> None:
    inventory = yaml.safe_load(FACTS.read_text(encoding="utf-8"))
    streams = {row["id"]: row for pillar in inventory["pillars"] for row in pillar["workstreams"]}
    items = {row["id"]: row for stream in streams.values() for row in stream["items"]}

    def names(rows: dict[str, Any]) -> dict[str, tuple[str, str]]:
        return {key: (row["name_en"], row["name_es"]) for key, row in rows.items()}

    loaded_items = list(session.scalars(select(Initiative)))
    loaded_streams = list(session.scalars(select(Workstream)))
    assert {row.id: (row.name.en, row.name.es) for row in loaded_items} == names(items)
    assert {row.id: (row.name.en, row.name.es) for row in loaded_streams} == names(streams)
    assert {row.id: row.status.value for row in loaded_items} == {key: row["status"] for key, row in items.items()}
    assert {row.id: row.kind.value for row in loaded_items} == {key: row["kind"] for key, row in items.items()}
    for number in range(1, 5):
        pillar = pillars.pillar(session, number)
        assert pillar
        source = inventory["pillars"][number - 1]
        assert (pillar.title.en, pillar.title.es) == (source["title_en"], source["title_es"])
        assert [(aim.en, aim.es) for aim in pillar.aims] == [(aim["en"], aim["es"]) for aim in source["aim"]]
        for stream in pillar.workstreams:
            for row in stream.initiatives:
                known = items[row.id]
                assert [agency.id for agency in row.agencies] == known["agencies"]
                assert [place.id for place in row.places] == known["places"]
                assert [group.id for group in row.priority_groups] == known.get("priority_groups", [])
                assert [topic.es for topic in row.topics] == known.get("topics_es", [])
                assert row.count_value == known.get("count", {}).get("value")
                assert row.amount_value == known.get("amount", {}).get("value")
    agencies = {row["id"]: row for row in inventory["agencies"] + inventory["organizations"]}
    assert {row.id: (row.name.en, row.name.es) for row in pillars.agencies(session)} == names(agencies)
    assert [row.name for row in pillars.co_chairs(session)] == [
        row["name"] for row in inventory["dialogue"]["co_chairs"]
    ]
    dated = {row.id: row.date_value for row in (*loaded_items, *session.scalars(select(Meeting))) if row.date}
    known_dates = {key: row["date"]["value"] for key, row in items.items() if "date" in row}
    known_dates |= {row["id"]: row["date"]["value"] for row in inventory["dialogue"]["meetings"]}
    assert dated == {key: value.removeprefix("shortly before ") for key, value in known_dates.items()}
