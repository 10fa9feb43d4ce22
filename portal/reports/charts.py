"""A summary as people read it: its sentences, and the rows of its charts and tables, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.db import Bilingual
from portal.i18n import number, percent, roman, short_date
from portal.policy.labels import REASONS
from portal.reports.columns import COLUMNS, PLACES
from portal.reports.rules import REST, Group, Summary
from portal.submissions.labels import COUNTRIES, LANGUAGES, STAKEHOLDER_TYPES, STATUSES
from portal.submissions.rules import PILLARS

SHOWN = ("en", "es")  # the series of charts; other languages stand in the tables
LONGEST_LABEL = 38  # of a chart: its labels do not wrap
NONE = "–"
ORDER: dict[str, list[str]] = {
    "language": [*LANGUAGES],
    "pillar": [str(pillar) for pillar in PILLARS],
    "stakeholder_type": [*STAKEHOLDER_TYPES],
    "country": [*COUNTRIES],
}

Rows = list[list[str]]


def head(column: str) -> str:
    """What a column of figures is called, as in the files."""
    return COLUMNS[PLACES[column]].heading[g.language]


def series() -> list[dict[str, str]]:
    """The two languages of a bar chart: solid and hatched, as everywhere."""
    return [
        {"name": _name("en", "language"), "pattern": "solid"},
        {"name": _name("es", "language"), "pattern": "hatched"},
    ]


def pillar_bars(summary: Summary, titles: Mapping[int, Bilingual]) -> list[dict[str, Any]]:
    """Bars by pillar and language."""
    return [
        {
            "numeral": roman(pillar),
            "label": _short(title[g.language]),
            "values": [summary.by_pillar_and_language.get(str(pillar), {}).get(language, 0) for language in SHOWN],
            "texts": [
                number(summary.by_pillar_and_language.get(str(pillar), {}).get(language, 0)) for language in SHOWN
            ],
        }
        for pillar, title in titles.items()
    ]


def pillar_table(summary: Summary, titles: Mapping[int, Bilingual]) -> Rows:
    """The same with the other languages and the sum: pillar, then a number for each."""
    rows = []
    for pillar, title in titles.items():
        numbers = summary.by_pillar_and_language.get(str(pillar), {})
        rows.append(
            [
                f"{roman(pillar)}. {title[g.language]}",
                *(number(numbers.get(one, 0)) for one in LANGUAGES),
                number(sum(numbers.values())),
            ]
        )
    return rows


def group_table(summary: Summary, groups: Mapping[str, Group], column: str) -> Rows:
    """Sectors, countries, languages or pillars: name, received, published.

    What is public is told of each; of those merged, what was received stands in one row, last, and not in theirs.
    """
    public = summary.published_by.get(column, {})
    names = [code for code in ORDER[column] if code in groups or code in public]
    rows = []
    for code in names:
        received = number(groups[code].received) if code in groups else NONE
        rows.append([_name(code, column), received, number(public.get(code, 0))])
    if REST in groups:
        rest = groups[REST]
        rows.append([_("Those with a dash, together"), number(rest.received), number(rest.published)])
    return rows


def status_table(summary: Summary) -> Rows:
    """Statuses: name, number."""
    return [[STATUSES[code][g.language], number(count)] for code, count in summary.by_status.items()]  # type: ignore[index]


def reason_table(reasons: Mapping[str, int]) -> Rows:
    """Reasons: name, number, most first. Merged ones stand last."""
    ordered = sorted(reasons, key=lambda code: (code == REST, -reasons[code]))
    return [[_name(code, "reason"), number(reasons[code])] for code in ordered]


def language_table(summary: Summary) -> Rows:
    """Languages: name, decided, published, not published, the share published."""
    return [
        [
            _name(code, "language"),
            number(group.received),
            number(group.published),
            number(group.unseen),
            percent(group.published / group.received),
        ]
        for code, group in summary.decided_by_language.items()
    ]


def wait_table(summary: Summary) -> Rows:
    """Languages: name, first decisions, median and 90th percentile of days."""
    return [
        [_name(code, "language"), number(wait.decided), number(wait.median), number(wait.p90)]
        for code, wait in summary.waits.items()
    ]


def week_labels(summary: Summary) -> list[str]:
    """The Mondays of a line chart."""
    return [_day_and_month(short_date(week.monday)) for week in summary.weeks]


def received_lines(summary: Summary) -> list[dict[str, Any]]:
    """Lines of what arrived in each week."""
    return [_line(language, [week.received.get(language, 0) for week in summary.weeks]) for language in SHOWN]


def wait_lines(summary: Summary) -> list[dict[str, Any]]:
    """Lines of the median wait for the decisions of each week; a week without enough of them breaks the line."""
    lines = []
    for language in SHOWN:
        waits = [week.waits.get(language) for week in summary.weeks]
        lines.append(_line(language, [wait.median if wait else None for wait in waits]))
    return lines


def week_table(summary: Summary) -> Rows:
    """Weeks: Monday, what arrived in each of the two languages, and the median wait of each."""
    rows = []
    for week in summary.weeks:
        waits = [week.waits.get(language) for language in SHOWN]
        arrived = [number(week.received.get(language, 0)) for language in SHOWN]
        rows.append([short_date(week.monday), *arrived, *(number(wait.median) if wait else NONE for wait in waits)])
    return rows


def sentences(summary: Summary) -> list[str]:
    """The report in a few sentences, each of which stands alone."""
    n = summary.received
    if not n:
        return [_("No submissions fit this scope.")]
    said = [ngettext("%(number)s submission arrived.", "%(number)s submissions arrived.", n, number=number(n))]
    languages = {code: group.received for code, group in summary.by_language.items() if code != REST}
    if set(languages) >= set(SHOWN):
        english, spanish = number(languages["en"]), number(languages["es"])
        said.append(_("%(english)s are in English and %(spanish)s in Spanish.", english=english, spanish=spanish))
    if summary.published:
        text = ngettext(
            "We published %(number)s of them.", "We published %(number)s of them.", n, number=number(summary.published)
        )
        said.append(text)
    if m := summary.redacted:
        said.append(
            ngettext(
                "In %(number)s of these, we hid a part.", "In %(number)s of these, we hid a part.", m, number=number(m)
            )
        )
    if m := summary.not_published:
        said.append(ngettext("We did not publish %(number)s.", "We did not publish %(number)s.", m, number=number(m)))
    return said


def described_pillars(summary: Summary) -> str:
    """What the chart by pillar shows, for those who do not see it."""
    sums = {pillar: sum(numbers.values()) for pillar, numbers in summary.by_pillar_and_language.items()}
    if not sums:
        return str(_("There is nothing to show yet."))
    most = max(sums, key=lambda pillar: sums[pillar])
    said = _("Pillar %(numeral)s has the most: %(number)s.", numeral=roman(int(most)), number=number(sums[most]))
    return str(said)


def described_lines(lines: list[dict[str, Any]]) -> str:
    """What a line chart shows, for those who do not see it: where each line begins and ends."""
    said = []
    for line in lines:
        values = [value for value in line["values"] if value is not None]
        if values:
            first, last = number(values[0]), number(values[-1])
            said.append(_("%(name)s: from %(first)s to %(last)s.", name=line["name"], first=first, last=last))
    return " ".join(said) or str(_("There is nothing to show yet."))


def compared_waits(summary: Summary) -> str | None:
    """Say whether both languages wait alike: the figure by which the portal proves that it treats them equally."""
    english, spanish = summary.waits.get("en"), summary.waits.get("es")
    if not english or not spanish:
        return None
    said = _(
        "Median days to a first decision: %(english)s in English, %(spanish)s in Spanish.",
        english=number(english.median),
        spanish=number(spanish.median),
    )
    return str(said)


def _line(language: str, values: list[Any]) -> dict[str, Any]:
    texts = [NONE if value is None else number(value) for value in values]
    pattern = "solid" if language == "en" else "dashed"
    return {"name": _name(language, "language"), "values": values, "texts": texts, "pattern": pattern}


def _name(code: str, kind: str) -> str:
    if code == REST:
        return str(_("The others, together"))
    if kind == "pillar":
        return str(_("Pillar %(numeral)s", numeral=roman(int(code))))
    labels: Mapping[Any, Bilingual] = {
        "stakeholder_type": STAKEHOLDER_TYPES,
        "country": COUNTRIES,
        "language": LANGUAGES,
        "reason": REASONS,
    }[kind]  # type: ignore[assignment]
    return labels[code][g.language]


def _short(label: str) -> str:
    if len(label) <= LONGEST_LABEL:
        return label
    return label[: LONGEST_LABEL - 1].rsplit(" ", 1)[0] + "…"


def _day_and_month(day: str) -> str:
    """Apr 18, 2022 / 18 abr 2022 without the year, for the little room under a chart."""
    return day.rsplit(" ", 1)[0].rstrip(",")
