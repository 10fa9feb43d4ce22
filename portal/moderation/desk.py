"""What the desk's templates need beside a case: the facets of the queue, and a decision while it is being made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from portal.db import Bilingual
from portal.i18n import SPANISH, number, roman
from portal.moderation.case import Case
from portal.moderation.forms import DecisionForm, query_of, reason_choices, sentence
from portal.moderation.queue_store import Counts, Filters
from portal.moderation.rules import TAKES_EFFECT, Refused
from portal.moderation.take_effect import notice_text
from portal.policy.labels import REASONS
from portal.policy.rules import HIDES_PASSAGES, KEEPS_UNPUBLISHED, Reason
from portal.publication.rules import Hidden, Passage, PassageOutside, hide
from portal.screening.labels import KINDS
from portal.screening.models import Signal
from portal.submissions.labels import COUNTRIES, LANGUAGES, SECTOR, SHOW_AS, STAKEHOLDER_TYPES, STATUSES, VERDICTS
from portal.submissions.rules import PILLARS, Country, ShowAs, Status, Verdict

DAY_SECONDS = 86_400

# Keys of the reasons for not publishing, in the policy's order.
REASON_KEYS = dict(zip([reason.value for reason in Reason if reason in KEEPS_UNPUBLISHED], "1234567890-", strict=True))


@dataclass(frozen=True)
class Choice:
    """One value of a facet: its name, how many wait where they were counted, where it leads, whether it is chosen."""

    label: str
    number: int | None
    url: str
    is_current: bool


@dataclass(frozen=True)
class Facet:
    """One way to narrow the queue."""

    name: str
    choices: list[Choice]

    @property
    def narrows(self) -> bool:
        """Whether another than its first choice is chosen: any, or what waits."""
        return not self.choices[0].is_current


@dataclass(frozen=True)
class Chosen:
    """A passage to be hidden, with its words and its number in the list and in the text."""

    number: int
    passage: Passage
    words: str


@dataclass(frozen=True)
class Found:
    """A passage that screening found and nobody has hidden yet, with its words and its number as in the text."""

    number: int
    start: int
    end: int
    words: str
    kind: str
    rule: str
    version: int


@dataclass(frozen=True)
class Draft:
    """A decision being made: the passages chosen, those found, and when asked for, the public version and the notice.

    Both kinds of passages are numbered together, in the order of the text.
    """

    passages: list[Chosen]
    found: list[Found]
    reason_choices: list[tuple[str, str]]
    public: tuple[str, Hidden] | None
    notice: str | None

    @property
    def marks(self) -> list[tuple[int, int, int]]:
        """Where the passages lie in the text: (start, end, number)."""
        return [(one.passage.start, one.passage.end, one.number) for one in self.passages] + [
            (one.start, one.end, one.number) for one in self.found
        ]


def facets(filters: Filters, counts: Counts) -> list[Facet]:
    """List the ways to narrow the queue, each value with how many wait under it."""
    language = g.language
    named: list[tuple[str, str, list[tuple[Any, str]]]] = [
        (_("Language"), "language", [(value, name[language]) for value, name in LANGUAGES.items()]),
        (_("Pillar"), "pillar", [(value, roman(value)) for value in PILLARS]),
        (_("State"), "status", [(Status.RECEIVED, _("Waiting")), (Status.HELD, _("On hold"))]),
        (SECTOR[language], "stakeholder_type", [(value, name[language]) for value, name in STAKEHOLDER_TYPES.items()]),
        (_("Country"), "country", [(value, name[language]) for value, name in COUNTRIES.items()]),
    ]
    return [Facet(name, _choices(filters, counts, facet, values)) for name, facet, values in named]


def _choices(filters: Filters, counts: Counts, facet: str, values: list[tuple[Any, str]]) -> list[Choice]:
    everything = [] if facet == "status" else [(None, _("Any"))]
    return [
        Choice(
            label=label,
            number=counts.of(facet, value),
            url=url_for(".queue", **query_of(filters, **{facet: value})),
            is_current=getattr(filters, facet) == value,
        )
        for value, label in [*everything, *values]
    ]


@dataclass(frozen=True)
class Words:
    """How one submission's details read on its page."""

    status: str
    sector: str
    country: str
    language: str
    show_as: str
    signature: str | None
    only_for: str | None
    second: str


def words(case: Case) -> Words:
    """Word the details of a submission in the reader's language.

    `signature` is what would stand under it in public, `only_for` the government that alone sees it, `second` who may
    decide under a reason that needs a second person.
    """
    submission, original = case.submission, case.original
    signed = {ShowAs.NAME: original.name, ShowAs.ORGANIZATION: original.organization} if original else {}
    return Words(
        status=STATUSES[submission.status][g.language],
        sector=STAKEHOLDER_TYPES[submission.stakeholder_type][g.language],
        country=COUNTRIES[submission.country][g.language],
        language=LANGUAGES[submission.language][g.language],
        show_as=SHOW_AS[submission.show_as][g.language],
        signature=signed.get(submission.show_as),
        only_for=government_name(submission.only_for) if submission.only_for else None,
        second=_second(case),
    )


def _second(case: Case) -> str:
    if case.hold is None:
        return str(_("Where a second person is needed, put it on hold first: a colleague then decides."))
    if case.second is None:
        return str(_("A colleague put it on hold: you can be the second person."))
    return sentence(case.second, case.hold)


def government_name(government: str) -> str:
    """Name a government's country in the reader's language."""
    return COUNTRIES[Country(government)][g.language]


def verdict_name(verdict: Verdict) -> str:
    """Name a verdict in the reader's language."""
    return VERDICTS[verdict][g.language]


def reason_name(reason: Reason) -> str:
    """Name a reason in the reader's language."""
    return REASONS[reason][g.language]


def waits(since: dict[Any, datetime], now: datetime) -> str | None:
    """Say how long the longest-waiting submission of each language waits, in days."""
    spans = [
        f"{in_sentence(LANGUAGES[language])} {number(round((now - at).total_seconds() / DAY_SECONDS, 1))} d"
        for language, at in since.items()
    ]
    return _("longest wait: %(spans)s", spans=", ".join(spans)) if spans else None


def in_sentence(language: Bilingual) -> str:
    """Write a language's name within a sentence: Spanish writes it in lower case."""
    return language.es.lower() if g.language == SPANISH else language.en


def draft(case: Case, form: DecisionForm, *, with_preview: bool, now: datetime) -> Draft:
    """Put together what was chosen so far; words typed that stand in the text join the list of passages."""
    text = case.original.publishable if case.original else ""
    passages: list[Passage] = []
    try:
        passages = [one for one in form.rows() if one.end <= len(text)]
        typed = form.typed(text)
    except Refused as refused:
        if with_preview:
            form.refuse(refused)
    else:
        passages += typed + form.accepted([(one.start, one.end) for one in case.found or []])
        form.take_over_words()
    passages = sorted(set(passages))
    chosen, found = _numbered(text, passages, case.found or [])
    public = _public_version(text, passages, form.chosen_verdict) if with_preview else None
    notice = _notice(case, form, passages, now) if with_preview else None
    return Draft(chosen, found, reason_choices(HIDES_PASSAGES, seconds=True), public, notice)


def _numbered(text: str, passages: list[Passage], signals: list[Signal]) -> tuple[list[Chosen], list[Found]]:
    """Number the passages chosen together with those found that none of them covers."""
    left = [
        one
        for one in signals
        if one.end <= len(text) and not any(each.start <= one.start and one.end <= each.end for each in passages)
    ]
    chosen: list[Chosen] = []
    found: list[Found] = []
    together: list[Passage | Signal] = [*passages, *left]
    for place, one in enumerate(sorted(together, key=lambda one: (one.start, one.end)), 1):
        words = text[one.start : one.end]
        if isinstance(one, Passage):
            chosen.append(Chosen(place, one, words))
        else:
            found.append(Found(place, one.start, one.end, words, KINDS[one.kind][g.language], one.rule, one.version))
    return chosen, found


def _public_version(text: str, passages: list[Passage], verdict: Verdict | None) -> tuple[str, Hidden] | None:
    if verdict == Verdict.NOT_PUBLISH:
        return None
    try:
        return hide(text, passages)
    except PassageOutside:
        return None


def _notice(case: Case, form: DecisionForm, passages: list[Passage], now: datetime) -> str | None:
    verdict = form.chosen_verdict
    if verdict not in TAKES_EFFECT:
        return None
    reasons = {
        Verdict.PUBLISH_REDACTED: [passage.code for passage in passages],
        Verdict.NOT_PUBLISH: form.chosen_reasons,
    }.get(verdict, [])
    text = notice_text(case.submission, reasons, published=verdict != Verdict.NOT_PUBLISH, now=now)
    return text[case.submission.page_language]
