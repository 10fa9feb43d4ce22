"""What a draft may say, where verdicts lead, and how characters and business days are counted."""

from datetime import date
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from portal.policy.rules import business_day_after
from portal.submissions.rules import (
    NEXT_STATUS,
    NotAllowed,
    Problem,
    Status,
    Verdict,
    as_received,
    length,
    next_status,
    problems,
)
from tests.builders import a_draft

FAMILY = "👩‍👩‍👧‍👦"


def test_a_whole_draft_has_no_problem() -> None:
    assert problems(a_draft()) == []


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"pillar": None}, "pillar", Problem.PILLAR_MISSING),
        ({"pillar": 5}, "pillar", Problem.PILLAR_MISSING),
        ({"body": ""}, "body", Problem.BODY_MISSING),
        ({"body": " \n\t "}, "body", Problem.BODY_MISSING),
        ({"body": "Más becas"}, "body", Problem.BODY_TOO_SHORT),
        ({"body": FAMILY * 9}, "body", Problem.BODY_TOO_SHORT),
        ({"body": "ñ" * 20_001}, "body", Problem.BODY_TOO_LONG),
        ({"body": "n\u0303" * 20_001}, "body", Problem.BODY_TOO_LONG),
        ({"language": ""}, "language", Problem.LANGUAGE_MISSING),
        ({"language": "fr"}, "language", Problem.LANGUAGE_MISSING),
        ({"stakeholder_type": ""}, "stakeholder_type", Problem.STAKEHOLDER_TYPE_MISSING),
        ({"stakeholder_type": "other-ngo"}, "stakeholder_type", Problem.STAKEHOLDER_TYPE_MISSING),
        ({"country": ""}, "country", Problem.COUNTRY_MISSING),
        ({"country": "mx"}, "country", Problem.COUNTRY_MISSING),
        ({"show_as": ""}, "show_as", Problem.SHOW_AS_MISSING),
        ({"show_as": "organization"}, "organization", Problem.ORGANIZATION_MISSING),
        ({"show_as": "organization", "organization": "  "}, "organization", Problem.ORGANIZATION_MISSING),
        ({"organization": "á" * 201}, "organization", Problem.ORGANIZATION_TOO_LONG),
        ({"show_as": "name"}, "name", Problem.NAME_MISSING),
        ({"show_as": "name", "name": "á" * 121}, "name", Problem.NAME_TOO_LONG),
        ({"confidentiality": ""}, "confidentiality", Problem.CONFIDENTIALITY_MISSING),
        ({"confidentiality": "governments_only"}, "public_summary", Problem.SUMMARY_MISSING),
        ({"public_summary": "á" * 2_001}, "public_summary", Problem.SUMMARY_TOO_LONG),
        ({"email": "laguna@"}, "email", Problem.EMAIL_WRONG),
        ({"email": "a@b@example.org"}, "email", Problem.EMAIL_WRONG),
        ({"consent": False}, "consent", Problem.CONSENT_MISSING),
    ],
)
def test_each_rule_names_its_field(changes: dict[str, Any], field: str, problem: Problem) -> None:
    assert problems(a_draft(**changes)) == [(field, problem)]


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "0123456789"},
        {"body": FAMILY * 10},
        {"body": "n\u0303" * 20_000},
        {"body": "\n".join("x" * 10_000)},
        {"show_as": "organization", "organization": "é" * 200},
        {"show_as": "name", "name": FAMILY * 120},
        {"confidentiality": "governments_only", "public_summary": "á" * 2_000},
        {"email": ""},
        {"email": " nombre@example.org "},
        {"email": "josé@example.org"},
        {"workstream": ""},
    ],
)
def test_what_the_limits_allow_passes(changes: dict[str, Any]) -> None:
    assert problems(a_draft(**changes)) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("becas", 5),
        ("médico", 6),
        ("me\u0301dico", 6),
        (FAMILY, 1),
        ("🇲🇽🇺🇸", 2),
        ("مرحبا", 5),
        ("e\u0301\u0302\u0303", 1),
        ("a\nb", 3),
    ],
)
def test_characters_are_counted_as_a_person_counts(text: str, number: int) -> None:
    assert length(text) == number


def test_line_breaks_become_lf_and_nul_becomes_the_replacement_character() -> None:
    assert as_received("a\r\nb\rc\nd\0e") == "a\nb\nc\nd\ufffde"


@given(st.text(alphabet=st.characters(exclude_characters="\r\0", exclude_categories=["Cs"])))
def test_nothing_else_is_changed(text: str) -> None:
    assert as_received(text) == text


@given(st.text())
def test_receiving_twice_changes_nothing_more(text: str) -> None:
    assert as_received(as_received(text)) == as_received(text)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_leads_where_the_table_says_or_nowhere(status: Status, verdict: Verdict) -> None:
    if (status, verdict) in NEXT_STATUS:
        assert next_status(status, verdict) == NEXT_STATUS[status, verdict]
    else:
        with pytest.raises(NotAllowed):
            next_status(status, verdict)


def test_nothing_leads_away_from_what_was_erased_and_only_that_from_what_was_withdrawn() -> None:
    assert Status.ERASED not in {status for status, _ in NEXT_STATUS}
    assert [verdict for status, verdict in NEXT_STATUS if status == Status.WITHDRAWN] == [Verdict.ERASE]


@pytest.mark.parametrize(
    ("day", "number", "then"),
    [
        (date(2022, 5, 3), 3, date(2022, 5, 6)),
        (date(2022, 5, 3), 10, date(2022, 5, 17)),
        (date(2022, 5, 6), 1, date(2022, 5, 9)),
        (date(2022, 5, 7), 1, date(2022, 5, 9)),
        (date(2022, 5, 8), 3, date(2022, 5, 11)),
        (date(2022, 12, 30), 1, date(2023, 1, 2)),
        (date(2022, 5, 3), 0, date(2022, 5, 3)),
    ],
)
def test_business_days_leave_out_saturdays_and_sundays(day: date, number: int, then: date) -> None:
    assert business_day_after(day, number) == then
