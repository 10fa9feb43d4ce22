"""The register's filters, and the form in which staff write a response."""

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    Form,
    RadioField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from portal.db import Bilingual
from portal.i18n import roman
from portal.localised_form import LocalisedForm
from portal.publication import rules
from portal.publication.rules import Problem, Problems, ResponseDraft
from portal.publication.store import Filters
from portal.submissions import labels
from portal.submissions.rules import PILLARS, Country, StakeholderType, TextLanguage, as_received

LONGEST_QUERY = 200

# `language` is that of the field, `codes` are those that name nothing public.
MESSAGES = {
    Problem.TITLE_MISSING: _l("Write the title in %(language)s."),
    Problem.TITLE_TOO_LONG: _l("Shorten the title in %(language)s to 200 characters or fewer."),
    Problem.TEXT_MISSING: _l("Write the response in %(language)s."),
    Problem.TEXT_TOO_LONG: _l("Shorten the response in %(language)s to 20,000 characters or fewer."),
    Problem.PILLAR_MISSING: _l("Choose a pillar."),
    Problem.AGENCIES_MISSING: _l("Choose at least one agency."),
    Problem.CODES_MISSING: _l("Write the receipt code of at least one published submission."),
    Problem.CODES_TOO_MANY: _l("Answer 1,000 submissions or fewer at once."),
    Problem.CODES_NOT_PUBLIC: _l("No submission is public under: %(codes)s. Correct these codes or take them out."),
}


class RegisterForm(Form):
    """What the register is narrowed to, in the words of its address. What it does not know narrows nothing."""

    q = SearchField(_l("Search the submissions"))
    pillar = SelectField(_l("Pillar"), validate_choice=False)
    type = SelectField(validate_choice=False)
    country = SelectField(_l("Country"), validate_choice=False)
    language = SelectField(_l("Language"), validate_choice=False)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.pillar.choices = [
            _all(),
            *((str(number), _("Pillar %(numeral)s", numeral=roman(number))) for number in PILLARS),
        ]
        self.type.label.text = labels.SECTOR[g.language]
        self.type.choices = _choices(labels.STAKEHOLDER_TYPES)
        self.country.choices = _choices(labels.COUNTRIES)
        self.language.choices = _choices(labels.LANGUAGES)
        self.q.data = " ".join((self.q.data or "").split())[:LONGEST_QUERY]

    def filters(self) -> Filters:
        """Give what was chosen as the store takes it."""
        pillar = self.pillar.data or ""
        return Filters(
            pillar=int(pillar) if pillar in {str(number) for number in PILLARS} else None,
            stakeholder_type=_member(StakeholderType, self.type.data),
            language=_member(TextLanguage, self.language.data),
            country=_member(Country, self.country.data),
            q=self.q.data or "",
        )

    def address(self) -> dict[str, Any]:
        """Give what was chosen as the values of the register's address, without what narrows nothing."""
        filters = self.filters()
        known = {
            "q": filters.q,
            "pillar": filters.pillar,
            "type": filters.stakeholder_type,
            "country": filters.country,
            "language": filters.language,
        }
        return {name: str(value) for name, value in known.items() if value}


class ResponseForm(LocalisedForm):
    """A response in both languages, with whom it answers and who answers."""

    pillar = RadioField(_l("Pillar"), validate_choice=False)
    codes = TextAreaField(_l("Submissions that it answers"))
    agencies = SelectMultipleField(
        _l("Who answers"), widget=ListWidget(), option_widget=CheckboxInput(), validate_choice=False
    )
    title_en = StringField(_l("Title in English"))
    text_en = TextAreaField(_l("Response in English"))
    title_es = StringField(_l("Title in Spanish"))
    text_es = TextAreaField(_l("Response in Spanish"))

    def offer(self, pillars: list[tuple[str, str]], agencies: list[tuple[str, str]]) -> None:
        """Take the pillars and agencies that can be chosen."""
        self.pillar.choices = pillars
        self.agencies.choices = agencies
        self._agencies = [agency for agency, _name in agencies]

    def draft(self) -> ResponseDraft:
        """Give what was typed as the rules take it."""
        pillar = self.pillar.data or ""
        return ResponseDraft(
            pillar=int(pillar) if pillar.isdecimal() else None,
            title=(as_received(self.title_en.data or "").strip(), as_received(self.title_es.data or "").strip()),
            text=(as_received(self.text_en.data or "").strip(), as_received(self.text_es.data or "").strip()),
            agencies=tuple(agency for agency in self._agencies if agency in (self.agencies.data or [])),
            codes=rules.codes_in(self.codes.data or ""),
        )

    def typed(self) -> list[tuple[str, str]]:
        """Give what was typed as (name, value) pairs, for a page that carries it along."""
        pairs = []
        for field in self:
            values = field.data if isinstance(field.data, list) else [field.data]
            pairs += [(field.name, str(value)) for value in values if value and field.name != "csrf_token"]
        return pairs

    def say(self, problems: Problems, not_public: list[str]) -> None:
        """Put a sentence beside each field that the rules do not pass."""
        for field, problem in problems:
            language = labels.LANGUAGE_NAMES.get(field[-2:])
            sentence = str(MESSAGES[problem]) % {
                "language": language[g.language] if language else "",
                "codes": ", ".join(not_public),
            }
            self[field].errors = [*self[field].errors, sentence]


def _all() -> tuple[str, str]:
    return "", _("Any")


def _choices(words: dict[Any, Bilingual]) -> list[tuple[str, str]]:
    return [_all(), *((str(value), text[g.language]) for value, text in words.items())]


def _member(kind: Any, value: str | None) -> Any:
    return kind(value) if value in list(kind) else None
