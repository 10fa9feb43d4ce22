"""The forms of the moderation desk: the queue's filters and the decision on one submission."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, IntegerField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput

from portal.i18n import long_date
from portal.localised_form import LocalisedForm
from portal.moderation import rules
from portal.moderation.queue_store import LARGEST_ID, Filters
from portal.moderation.rules import Erasure, Hold, Problem
from portal.policy.labels import REASONS
from portal.policy.rules import HIDES_PASSAGES, KEEPS_UNPUBLISHED, NEEDS_SECOND_PERSON, Reason
from portal.publication.rules import Passage
from portal.submissions.labels import COUNTRIES, VERDICTS
from portal.submissions.models import Submission
from portal.submissions.rules import (
    PILLARS,
    Country,
    StakeholderType,
    Status,
    TextLanguage,
    Verdict,
    as_received,
)

# The query's names are the register's.
QUERY = {
    "pillar": "pillar",
    "language": "language",
    "stakeholder_type": "type",
    "country": "country",
    "status": "status",
    "words": "q",
}
MOST_WORDS = 200  # characters

MESSAGES = {
    Problem.VERDICT_MISSING: _l("Choose a decision."),
    Problem.REASON_MISSING: _l("Choose a reason."),
    Problem.REASON_WRONG: _l("This decision cannot have that reason."),
    Problem.PASSAGE_MISSING: _l("Say which words are to be hidden."),
    Problem.PASSAGE_OUTSIDE: _l("A passage lies outside of the text. Take it off the list and choose it again."),
    Problem.NOTE_MISSING: _l("Write a note: what should a colleague look at?"),
    Problem.NOTE_TOO_LONG: _l("Shorten the note to %(most)s characters or fewer.", most=rules.LONGEST_NOTE),
    Problem.SECOND_PERSON: _l(
        "This reason needs a second person. Put the submission on hold with a note: a colleague then decides, of the "
        "other government where it has somebody."
    ),
    Problem.OWN_HOLD: _l("You put it on hold: under a reason that needs a second person, a colleague decides."),
    Problem.OWN_HOLD_FOR_OTHER: _l(
        "You put it on hold: under a reason that needs a second person, a colleague of the other government "
        "(%(government)s) decides until %(until)s; after that, any colleague."
    ),
    Problem.OTHER_GOVERNMENT: _l(
        "Under a reason that needs a second person, a colleague of the other government (%(government)s) decides "
        "until %(until)s; after that, you can too."
    ),
    Problem.PASSAGES_LEFT: _l(
        "There are words to be hidden. Choose to redact and publish, or leave each of them visible."
    ),
    Problem.WORDS_NOT_FOUND: _l("These words do not stand in the text. Copy them from it."),
}
SPEAK_OF_HOLD = frozenset({Problem.OWN_HOLD_FOR_OTHER, Problem.OTHER_GOVERNMENT})
FIELDS = {"passages": "hide_words"}

ERASURES = {
    Erasure.ARCO: _l("Request under ARCO rights, law of Mexico"),
    Erasure.PRIVACY_ACT: _l("Request under the Privacy Act, law of the United States"),
    Erasure.RETENTION: _l("The time to keep it is over"),
    Erasure.ERROR: _l("It should never have been stored here"),
}


class Checkboxes(SelectMultipleField):
    """Several choices, each a box of its own."""

    option_widget = CheckboxInput()


def filters_asked(query: Mapping[str, str]) -> Filters:
    """Read the queue's filters from an address; what makes no sense narrows nothing."""

    def one_of(name: str, values: Iterable[Any]) -> Any:
        return next((value for value in values if str(value) == query.get(QUERY[name])), None)

    return Filters(
        pillar=one_of("pillar", PILLARS),
        language=one_of("language", TextLanguage),
        stakeholder_type=one_of("stakeholder_type", StakeholderType),
        country=one_of("country", Country),
        status=one_of("status", [Status.RECEIVED, Status.HELD]) or Status.RECEIVED,
        words=query.get(QUERY["words"], "").strip()[:MOST_WORDS],
    )


def query_of(filters: Filters, **changes: Any) -> dict[str, Any]:
    """Write filters for an address, some of them changed; those that narrow nothing are left out."""
    values = {name: getattr(filters, name) for name in QUERY} | changes
    if values["status"] == Status.RECEIVED:
        del values["status"]
    return {QUERY[name]: str(value) for name, value in values.items() if value not in {None, ""}}


class DecisionForm(LocalisedForm):
    """A verdict with all that belongs to it. Passages come as repeated rows, or as words typed."""

    verdict = RadioField(_l("Decision"), validators=[InputRequired(MESSAGES[Problem.VERDICT_MISSING])])
    reasons = Checkboxes(_l("Reason"))
    hide_words = TextAreaField(_l("Words to hide"))
    hide_which = IntegerField(
        _l("Which time they stand there"),
        validators=[Optional(), NumberRange(min=1, message=_l("Write a number from 1 on."))],
    )
    hide_code = SelectField(_l("What they are"))
    note = TextAreaField(_l("Note for colleagues"))

    def __init__(self, submission: Submission) -> None:
        super().__init__()
        other = Verdict.HOLD if submission.status == Status.RECEIVED else Verdict.RESUME
        verdicts = [Verdict.PUBLISH, Verdict.PUBLISH_REDACTED, Verdict.NOT_PUBLISH, other]
        self.verdict.choices = [SelectChoice(v.value, VERDICTS[v][g.language]) for v in verdicts]
        self.reasons.choices = [SelectChoice(*choice) for choice in reason_choices(KEEPS_UNPUBLISHED, seconds=True)]
        self.hide_code.choices = [SelectChoice(*choice) for choice in reason_choices(HIDES_PASSAGES, seconds=True)]

    @property
    def chosen_verdict(self) -> Verdict | None:
        """The verdict chosen, if one is."""
        return Verdict(self.verdict.data) if self.verdict.data in list(Verdict) else None

    @property
    def chosen_reasons(self) -> list[Reason]:
        """The reasons ticked for not publishing. Under another verdict they are out of sight, and count for nothing."""
        if self.verdict.data != Verdict.NOT_PUBLISH:
            return []
        return [Reason(code) for code in self.reasons.data or [] if code in list(Reason)]

    @property
    def note_text(self) -> str:
        """The note, with its line breaks as they are stored."""
        return as_received(self.note.data or "")

    def rows(self) -> list[Passage]:
        """Read the rows of passages. One without a reason leaves it visible, an empty one (old browsers send the
        template) says nothing. Raises Refused for one that is none.
        """
        starts, ends, codes = (request.form.getlist(f"passage_{part}") for part in ("start", "end", "code"))
        rows = [row for row in zip(starts, ends, codes, strict=False) if row[2] and (row[0] or row[1])]
        sound = all(is_place(start) and is_place(end) and code in list(Reason) for start, end, code in rows)
        if not sound or not len(starts) == len(ends) == len(codes):
            raise rules.Refused([("passages", Problem.PASSAGE_OUTSIDE)])
        return [Passage(int(start), int(end), Reason(code)) for start, end, code in rows]

    def typed(self, text: str) -> list[Passage]:
        """Find the words typed in the text. Raises Refused where they do not stand there."""
        words = self.hide_words.data or ""
        if not words.strip():
            return []
        places = rules.find_words(text, words, self.hide_which.data)
        if not places:
            raise rules.Refused([("passages", Problem.WORDS_NOT_FOUND)])
        if self.hide_code.data not in list(Reason):
            raise rules.Refused([("passages", Problem.REASON_WRONG)])
        return [Passage(start, end, Reason(self.hide_code.data)) for start, end in places]

    def accepted(self, found: list[tuple[int, int]]) -> list[Passage]:
        """Give those passages that screening found whose button was pressed, or all, as personal data to hide."""
        act, _colon, which = request.form.get("act", "").partition(":")
        if act != "hide":
            return []
        chosen = [(start, end) for start, end in found if which in {"all", f"{start}-{end}"}]
        return [Passage(start, end, Reason.PERSONAL_DATA) for start, end in chosen]

    def take_over_words(self) -> None:
        """Empty the fields of the words typed, once they stand among the rows."""
        self.hide_words.data, self.hide_which.data = "", None

    def refuse(self, refused: rules.Refused) -> None:
        """Say beside the fields what keeps the decision from being taken."""
        for name, problem in refused.problems:
            field = self[FIELDS.get(name, name)]
            field.errors = [*field.errors, sentence(problem, refused.hold)]


class EraseForm(LocalisedForm):
    """Why a submission is erased, and that it is meant."""

    reason = RadioField(_l("Reason"), validators=[InputRequired(_l("Choose a reason."))])
    sure = BooleanField(
        _l("I know that nobody can bring it back."), validators=[InputRequired(_l("Tick the box to go on."))]
    )

    def __init__(self) -> None:
        super().__init__()
        self.reason.choices = [SelectChoice(one.value, name) for one, name in ERASURES.items()]

    @property
    def why(self) -> Erasure:
        """The reason chosen, once the form is valid."""
        return Erasure(self.reason.data)


def sentence(problem: Problem, hold: Hold | None) -> str:
    """Say what keeps a decision from being taken; of a hold, who may decide and until when."""
    words = str(MESSAGES[problem])
    if hold is None or problem not in SPEAK_OF_HOLD:
        return words
    return words % {"until": long_date(hold.until), "government": COUNTRIES[Country(hold.other)][g.language]}


def is_place(written: str) -> bool:
    """Say whether a field holds a position in a text."""
    return written.isascii() and written.isdecimal() and len(written) < 9


def reason_choices(reasons: Iterable[Reason], *, seconds: bool = False) -> list[tuple[str, str]]:
    """List reasons for a form in the policy's order: (code, name); `seconds` marks those that need a second person."""
    allowed = set(reasons)

    def name(reason: Reason) -> str:
        label = REASONS[reason][g.language]
        needs_second = seconds and reason in NEEDS_SECOND_PERSON
        return _("%(reason)s (needs a second person)", reason=label) if needs_second else label

    return [(reason.value, name(reason)) for reason in Reason if reason in allowed]


def number_of(values: MultiDict[str, str], name: str) -> int | None:
    """Read the number of a row; none where it can be no row's."""
    number = values.get(name, type=int)
    return number if number and 0 < number < LARGEST_ID else None
