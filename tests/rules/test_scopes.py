"""Scopes are read from filters as typed; waits and weeks are counted as people in Mexico City count."""

from datetime import UTC, date, datetime

import pytest

from portal.reports.rules import BadScope, Problem, Scope, offset_changes, read_scope, wait_of


def test_nothing_chosen_is_everything():
    assert read_scope({"pillar": "", "from": " "}) == Scope()


def test_a_scope_is_read_back_from_its_own_filters():
    typed = {
        "pillar": "2",
        "type": "ngo",
        "language": "es",
        "country": "other",
        "status": "held",
        "from": "2022-04-18",
        "to": "2022-05-12",
    }

    assert read_scope(typed).as_filters() == typed


def test_every_fault_is_told_at_once():
    typed = {
        "pillar": "5",
        "type": "x",
        "language": "fr",
        "country": "FR",
        "status": "new",
        "from": "May",
        "to": "2022-02-30",
    }

    with pytest.raises(BadScope) as caught:
        read_scope(typed)

    assert {problem for _, problem in caught.value.problems} == set(Problem) - {Problem.ENDS_BEFORE_IT_BEGINS}


def test_a_range_that_ends_before_it_begins_is_refused():
    with pytest.raises(BadScope) as caught:
        read_scope({"from": "2022-05-12", "to": "2022-04-18"})

    assert caught.value.problems == [("to", Problem.ENDS_BEFORE_IT_BEGINS)]


def test_days_are_those_of_mexico_city_both_included():
    scope = Scope(first=date(2022, 4, 18), last=date(2026, 11, 24))

    assert scope.starts_at == datetime(2022, 4, 18, 5, tzinfo=UTC)  # summer time was still kept
    assert scope.ends_at == datetime(2026, 11, 25, 6, tzinfo=UTC)


def test_clocks_have_not_changed_since_october_2022():
    assert offset_changes()[-1] == (datetime(2022, 10, 30, 7, tzinfo=UTC), -6 * 3600)


@pytest.mark.parametrize(
    ("hours", "median", "p90"),
    [({24: 1}, 1.0, 1.0), ({0: 5, 48: 5}, 0.0, 2.0), ({12: 9, 240: 1}, 0.5, 0.5), ({12: 8, 240: 2}, 0.5, 10.0)],
)
def test_waits_are_told_in_days(hours, median, p90):
    wait = wait_of(hours)

    assert wait
    assert (wait.median, wait.p90, wait.decided) == (median, p90, sum(hours.values()))


def test_where_nothing_was_decided_there_is_no_wait():
    assert wait_of({}) is None
