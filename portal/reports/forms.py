"""The forms of reports and exports, and the sentences about a scope that cannot be read."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.widgets import DateInput

from portal.localised_form import LocalisedForm
from portal.reports.export import FILTERS as LABELS
from portal.reports.export import Format
from portal.reports.rules import FILTERS, BadScope, Problem, Scope, read_scope
from portal.submissions.labels import COUNTRIES, LANGUAGES, STAKEHOLDER_TYPES, STATUSES
from portal.submissions.rules import PILLARS

MESSAGES = {
    Problem.PILLAR_UNKNOWN: _l("Choose a pillar from 1 to 4, or all of them."),
    Problem.TYPE_UNKNOWN: _l("Choose a sector from the list, or all of them."),
    Problem.LANGUAGE_UNKNOWN: _l("Choose English, Spanish, another language, or all of them."),
    Problem.COUNTRY_UNKNOWN: _l("Choose a country from the list, or all of them."),
    Problem.STATUS_UNKNOWN: _l("Choose a status from the list, or all of them."),
    Problem.FROM_UNREADABLE: _l("Write the first day as year-month-day, such as 2022-04-18."),
    Problem.TO_UNREADABLE: _l("Write the last day as year-month-day, such as 2022-05-12."),
    Problem.ENDS_BEFORE_IT_BEGINS: _l("The last day comes before the first. Change one of them."),
}

TYPED = ("pillar", "type", "country", "language", "status", "from", "to")
PUBLIC, ALL = "public", "all"


class Scoped(LocalisedForm):
    """The filters that say which submissions a page or file is about."""

    pillar = SelectField(validate_choice=False, default="")
    type = SelectField(validate_choice=False, default="")
    country = SelectField(validate_choice=False, default="")
    language = SelectField(validate_choice=False, default="")
    status = SelectField(validate_choice=False, default="")
    first = StringField(name="from", widget=DateInput(), default="")
    last = StringField(name="to", widget=DateInput(), default="")

    def __init__(self, language: str, **values: Any) -> None:
        super().__init__(**values)
        everything = ("", _l("Any"))
        for name in TYPED:
            self._control(name).label.text = LABELS[FILTERS[name]][language]
        self.pillar.choices = [everything, *((str(n), f"{['I', 'II', 'III', 'IV'][n - 1]}") for n in PILLARS)]
        for control, labels in (
            (self.type, STAKEHOLDER_TYPES),
            (self.country, COUNTRIES),
            (self.language, LANGUAGES),
            (self.status, STATUSES),
        ):
            control.choices = [everything, *((code.value, label[language]) for code, label in labels.items())]

    def typed(self) -> dict[str, str]:
        """The filters as they came, by the names of the public surface."""
        return {name: self._control(name).data or "" for name in TYPED}

    def scope(self, *, published_only: bool = False) -> Scope:
        """The scope that a form which validates describes."""
        return read_scope(self.typed(), published_only=published_only)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask the rules, and put their sentences beside the fields."""
        fields_valid = super().validate(extra_validators)
        try:
            self.scope()
        except BadScope as error:
            for name, problem in error.problems:
                control = self._control(name)
                control.errors = [*control.errors, MESSAGES[problem]]
            return False
        return bool(fields_valid)

    def _control(self, name: str) -> Any:
        return getattr(self, {"from": "first", "to": "last"}.get(name, name))


class ScopeForm(Scoped):
    """The filters of a page, from its address: nothing changes by it, so it needs no token."""

    class Meta:
        """Without a token."""

        csrf = False


class ExportForm(Scoped):
    """Which rows to take away, in which format and in whose language."""

    rows = RadioField(_l("Rows"), default=PUBLIC)
    format = RadioField(_l("Format"), default=Format.XLSX.value)
    written_in = RadioField(_l("Language of the file"), name="file_language")

    def __init__(self, language: str, *, may_take_all: bool, **values: Any) -> None:
        super().__init__(language, **values)
        self.rows.choices = [(PUBLIC, _l("Public submissions"))]
        if may_take_all:
            self.rows.choices.append((ALL, _l("All submissions, with what is not public")))
        self.format.choices = [
            (Format.XLSX.value, _l("Excel workbook (XLSX)")),
            (Format.ZIP.value, _l("CSV with its dictionary (ZIP)")),
            (Format.CSV.value, _l("CSV")),
            (Format.JSON.value, _l("Figures of the summary (JSON)")),
        ]
        self.written_in.choices = [("en", "English"), ("es", "Español")]
        if self.written_in.data is None:
            self.written_in.data = language

    @property
    def takes_all(self) -> bool:
        """Whether it asks for more than what is public."""
        return bool(self.rows.data == ALL)
