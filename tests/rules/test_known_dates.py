"""Dates that are only as exact as what is known of them."""

import pytest

from portal.pillars.rules import Precision, When, is_date, machine, sort_key, written

WRITTEN = [
    ("2022-05-12", "day", "May 12, 2022", "12 de mayo de 2022", "2022-05-12"),
    ("2022-05-01", "day", "May 1, 2022", "1 de mayo de 2022", "2022-05-01"),
    ("2022-08", "month", "August 2022", "agosto de 2022", "2022-08"),
    ("2022-fall", "season", "fall 2022", "otoño de 2022", None),
    ("2023-spring", "season", "spring 2023", "primavera de 2023", None),
    ("2022", "year", "2022", "2022", "2022"),
    ("2022-04-18", "relative", "shortly before April 18, 2022", "poco antes del 18 de abril de 2022", None),
]


@pytest.mark.parametrize(("value", "precision", "english", "spanish", "for_machines"), WRITTEN)
def test_a_date_is_written_as_exactly_as_it_is_known(
    value: str, precision: str, english: str, spanish: str, for_machines: str | None
) -> None:
    when = When(value, Precision(precision))
    assert is_date(when)
    assert (written(when, "en"), written(when, "es"), machine(when)) == (english, spanish, for_machines)


@pytest.mark.parametrize(
    ("value", "precision"),
    [
        ("2022-02-30", "day"),
        ("2022-8", "month"),
        ("2022-13", "month"),
        ("2022-autumn", "season"),
        ("22", "year"),
        ("soon", "relative"),
        ("2022-05-12", "month"),
        ("2022-05", "day"),
        ("2022-05-12\n", "day"),
        ("٢٠٢٢", "year"),
    ],
)
def test_a_value_without_the_shape_of_its_precision_is_no_date(value: str, precision: str) -> None:
    assert not is_date(When(value, Precision(precision)))


def test_dates_are_ordered_by_the_earliest_moment_they_can_mean() -> None:
    in_order = [
        ("2021-12-31", "day"),
        ("2022", "year"),
        ("2022-03-24", "day"),
        ("2022-04", "month"),
        ("2022-04-17", "day"),
        ("2022-04-18", "relative"),
        ("2022-04-18", "day"),
        ("2022-08", "month"),
        ("2022-fall", "season"),
        ("2022-10", "month"),
        ("2023", "year"),
    ]
    dates = [When(value, Precision(precision)) for value, precision in in_order]
    shuffled = [*dates[1::2], *dates[::2]]
    assert sorted(shuffled, key=sort_key) == dates
