"""The rules of moderation: reasons, second persons, business days, words in a text."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import StaffCountry
from portal.moderation.rules import (
    Hold,
    Problem,
    allowed_reasons,
    due,
    find_words,
    limit_on,
    problems,
    second_person_problem,
)
from portal.policy.rules import (
    HIDES_PASSAGES,
    KEEPS_UNPUBLISHED,
    NEEDS_SECOND_PERSON,
    Reason,
    business_day_after,
    business_days_between,
)
from portal.publication.rules import Passage
from portal.submissions.rules import Verdict


def found(
    verdict: Verdict,
    reasons: Sequence[Reason] = (),
    hidden: Sequence[Passage] = (),
    note: str = "",
    second: Problem | None = None,
) -> set[Problem]:
    said = problems(verdict, reasons, hidden, note, length=20, second=second)
    return {problem for _field, problem in said}


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_for_not_publishing(reason: Reason) -> None:
    expected = set() if reason in KEEPS_UNPUBLISHED else {Problem.REASON_WRONG}
    second = {Problem.OWN_HOLD} if reason in NEEDS_SECOND_PERSON else set()
    assert found(Verdict.NOT_PUBLISH, [reason], second=Problem.OWN_HOLD) == second | expected
    assert found(Verdict.NOT_PUBLISH, [reason]) == expected


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_for_hiding_a_passage(reason: Reason) -> None:
    expected = set() if reason in HIDES_PASSAGES else {Problem.REASON_WRONG}
    assert found(Verdict.PUBLISH_REDACTED, hidden=[Passage(0, 20, reason)]) == expected


FRIDAY, TUESDAY, WEDNESDAY = date(2026, 11, 20), date(2026, 11, 24), date(2026, 11, 25)


@pytest.mark.parametrize(
    ("actor", "government", "other_can", "today", "said"),
    [
        (1, "MX", True, FRIDAY, Problem.OWN_HOLD_FOR_OTHER),
        (1, "MX", True, WEDNESDAY, Problem.OWN_HOLD),
        (1, "MX", False, FRIDAY, Problem.OWN_HOLD),
        (2, "MX", True, FRIDAY, Problem.OTHER_GOVERNMENT),
        (2, "MX", True, TUESDAY, Problem.OTHER_GOVERNMENT),  # two business days: the weekend does not count
        (2, "MX", True, WEDNESDAY, None),
        (2, "MX", False, FRIDAY, None),
        (3, "US", True, FRIDAY, None),
        (3, "US", True, WEDNESDAY, None),
    ],
)
def test_the_second_person_is_of_the_other_government_until_the_target_has_passed(
    actor: int, government: str, other_can: bool, today: date, said: Problem | None
) -> None:
    hold = Hold(by_id=1, government=StaffCountry.MX, on=FRIDAY, other_can=other_can)
    assert second_person_problem(hold, actor, government, today) == said
    assert (hold.other, hold.until) == (StaffCountry.US, TUESDAY)


def test_without_a_hold_there_is_no_second_person() -> None:
    assert second_person_problem(None, 1, "MX", FRIDAY) == Problem.SECOND_PERSON


def test_publishing_takes_no_reason_and_leaves_no_passage_behind() -> None:
    assert allowed_reasons(Verdict.PUBLISH) == frozenset()
    assert found(Verdict.PUBLISH) == set()
    assert found(Verdict.PUBLISH, [Reason.SPAM]) == {Problem.REASON_WRONG}
    assert found(Verdict.PUBLISH, hidden=[Passage(0, 1, Reason.MINOR)]) == {Problem.PASSAGES_LEFT}


@pytest.mark.parametrize(("start", "end"), [(0, 21), (5, 5), (6, 5), (-1, 3)])
def test_a_passage_lies_within_the_text(start: int, end: int) -> None:
    assert Problem.PASSAGE_OUTSIDE in found(Verdict.PUBLISH_REDACTED, hidden=[Passage(start, end, Reason.MINOR)])


def test_a_hold_needs_a_note() -> None:
    assert found(Verdict.HOLD, note="  ") == {Problem.NOTE_MISSING}
    assert found(Verdict.HOLD, note="Preguntar") == set()


@pytest.mark.parametrize(
    ("received", "today", "days"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), 3),  # a Friday: due on Wednesday
        (date(2026, 11, 20), date(2026, 11, 22), 3),  # the weekend does not count
        (date(2026, 11, 20), date(2026, 11, 25), 0),
        (date(2026, 11, 20), date(2026, 11, 26), -1),
        (date(2026, 11, 21), date(2026, 11, 26), -1),  # received on a Saturday
        (date(2026, 11, 23), date(2026, 11, 23), 3),
    ],
)
def test_a_first_decision_is_due_in_three_business_days(received: date, today: date, days: int) -> None:
    assert due(received, today).days == days
    assert due(received, today).is_late == (days < 0)


def test_the_limit_is_ten_business_days() -> None:
    assert limit_on(date(2026, 11, 24)) == date(2026, 12, 8)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_business_days_are_counted_alike_in_both_ways(day: date, number: int) -> None:
    onward = business_day_after(day, number)
    assert business_days_between(day, onward) == number
    assert business_days_between(onward, day) == -number


@pytest.mark.parametrize(
    ("text", "words", "which", "places"),
    [
        ("Ana y Ana", "Ana", None, [(0, 3), (6, 9)]),
        ("Ana y Ana", "Ana", 2, [(6, 9)]),
        ("Ana y Ana", "Ana", 3, []),
        ("Ana y Ana", "Ana", 0, []),
        ("Ana y Ana", "ana", None, []),
        ("🌮 Ana\nMaría", "Ana María", None, [(2, 11)]),
        ("a.b axb", "a.b", None, [(0, 3)]),
        ("texto", "  ", None, []),
        ("uno\r\ndos".replace("\r\n", "\n"), "uno\r\ndos", None, [(0, 7)]),
    ],
)
def test_words_are_found_where_they_stand(
    text: str, words: str, which: int | None, places: list[tuple[int, int]]
) -> None:
    assert find_words(text, words, which) == places
