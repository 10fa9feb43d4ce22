"""Summarising: every figure of a report, from a handful of counts made by the database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

import portal.reports.store as reports
from portal.policy.rules import Reason
from portal.reports.rules import SMALLEST_GROUP, Group, Scope, Summary, Wait, Week, merged, wait_of
from portal.reports.store import Counted, Decided, Received
from portal.submissions.rules import PILLARS, Country, StakeholderType, Status, TextLanguage, Verdict

# The order in which people find choices everywhere else.
ORDER = [*map(str, PILLARS), *TextLanguage, *StakeholderType, *Country, *Status, *Reason]


def summarise(session: Session, scope: Scope) -> Summary:
    """Summarise what was received and decided in a scope, for those who may know every figure of it."""
    received = reports.counts(session, scope)
    published = [one for one in received if one.status == Status.PUBLISHED]
    decided = reports.first_decisions(session, scope)
    return replace(
        _summary(scope, received, published, decided, reports.reasons(session, scope)),
        by_status=_sums((one.status, one.number) for one in received),
        by_pillar_and_language=_by_pillar_and_language(received),
        weeks=_weeks(reports.received_by_week(session, scope), decided),
    )


def summarise_for_public(session: Session, now: datetime) -> Summary:
    """Summarise the whole consultation for everyone, with no figure that singles anybody out.

    What was decided counts once it is in effect. There is no scope to choose: two that differ by a day would give away
    what happened on it. Figures by pillar and language and by week count public rows, as anyone can; where a figure
    counts more than those, small groups are merged, and waits of fewer than `SMALLEST_GROUP` decisions left out.
    """
    everything = Scope(governments=reports.BOTH)
    public = reports.public_counts(session)
    decided = reports.first_decisions(session, everything, effective_by=now)
    reasons = reports.reasons(session, everything, effective_by=now)
    summary = _summary(everything, reports.counts(session, everything), public, decided, reasons)
    return replace(
        summary,
        by_language=merged(summary.by_language),
        by_pillar=merged(summary.by_pillar),
        by_type=merged(summary.by_type),
        by_country=merged(summary.by_country),
        by_pillar_and_language=_by_pillar_and_language(public),
        decided_by_language=merged(summary.decided_by_language),
        reasons=_merged_numbers(summary.reasons),
        waits=_of_many(summary.waits),
        weeks=[replace(week, waits=_of_many(week.waits)) for week in _weeks(reports.public_by_week(session), decided)],
    )


def _summary(
    scope: Scope,
    received: list[Counted],
    published: list[Counted],
    decided: list[Decided],
    reasons: list[tuple[str, str, int]],
) -> Summary:
    refused = [one for one in decided if one.verdict == Verdict.NOT_PUBLISH]
    redacted = [one for one in decided if one.verdict == Verdict.PUBLISH_REDACTED]
    return Summary(
        scope,
        received=sum(one.number for one in received),
        published=sum(one.number for one in published),
        redacted=sum(one.number for one in redacted),
        not_published=sum(one.number for one in refused),
        by_language=_groups("language", received, published),
        by_pillar=_groups("pillar", received, published),
        by_type=_groups("stakeholder_type", received, published),
        by_country=_groups("country", received, published),
        published_by={
            name: _sums((str(getattr(one, name)), one.number) for one in published)
            for name in ("language", "pillar", "stakeholder_type", "country")
        },
        decided_by_language=_decided_by_language(published, refused),
        reasons=_sums((code, number) for verdict, code, number in reasons if verdict == Verdict.NOT_PUBLISH),
        hidden_reasons=_sums(
            (code, number) for verdict, code, number in reasons if verdict == Verdict.PUBLISH_REDACTED
        ),
        waits=_waits(decided),
    )


def _groups(name: str, received: list[Counted], published: list[Counted]) -> dict[str, Group]:
    in_all = _sums((str(getattr(one, name)), one.number) for one in received)
    public = _sums((str(getattr(one, name)), one.number) for one in published)
    return {key: Group(number, public.get(key, 0)) for key, number in in_all.items()}


def _decided_by_language(published: list[Counted], refused: list[Decided]) -> dict[str, Group]:
    public = [(one.language, one.number) for one in published]
    public_by_language = _sums(public)
    decided = _sums([*public, *((one.language, one.number) for one in refused)])
    return {name: Group(number, public_by_language.get(name, 0)) for name, number in decided.items()}


def _merged_numbers(numbers: Mapping[str, int]) -> dict[str, int]:
    groups = merged({name: Group(number) for name, number in numbers.items()})
    return {name: group.received for name, group in groups.items()}


def _by_pillar_and_language(counted: list[Counted]) -> dict[str, dict[str, int]]:
    return {
        str(pillar): numbers
        for pillar in PILLARS
        if (numbers := _sums((one.language, one.number) for one in counted if one.pillar == pillar))
    }


def _sums(numbers: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Add up numbers under the same name, in the order in which people find the names elsewhere."""
    added: Counter[str] = Counter()
    for name, number in numbers:
        added[name] += number
    return {name: added[name] for name in sorted(added, key=ORDER.index)}


def _waits(decided: Iterable[Decided]) -> dict[str, Wait]:
    hours: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for one in decided:
        hours[one.language][one.hours] += one.number
    return {name: wait for name in sorted(hours, key=ORDER.index) if (wait := wait_of(hours[name]))}


def _of_many(waits: dict[str, Wait]) -> dict[str, Wait]:
    return {name: wait for name, wait in waits.items() if wait.decided >= SMALLEST_GROUP}


def _weeks(received: list[Received], decided: list[Decided]) -> list[Week]:
    numbers: defaultdict[date, list[tuple[str, int]]] = defaultdict(list)
    decisions: defaultdict[date, list[Decided]] = defaultdict(list)
    for one in received:
        numbers[one.monday].append((one.language, one.number))
    for decision in decided:
        decisions[decision.monday].append(decision)
    mondays = sorted(numbers.keys() | decisions.keys())
    return [Week(monday, _sums(numbers[monday]), _waits(decisions[monday])) for monday in mondays]
