"""The input form: it parses, asks the rules, and speaks the reader's language. What was typed is never changed here."""

import re
import secrets
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import BooleanField, EmailField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from portal.db import Bilingual
from portal.i18n import number, roman
from portal.localised_form import LocalisedForm
from portal.submissions import labels, rules
from portal.submissions.offered import Offered
from portal.submissions.rules import (
    Confidentiality,
    Country,
    Draft,
    Problem,
    ShowAs,
    as_received,
)

ATTEMPT = re.compile(r"[A-Za-z0-9_-]{16,64}")

# Placeholders: `number` is the length of what was typed, `least` and `most` what is allowed.
MESSAGES = {
    Problem.PILLAR_MISSING: _l("Choose a pillar"),
    Problem.WORKSTREAM_UNKNOWN: _l("Choose a workstream of your pillar, or leave it open"),
    Problem.STAKEHOLDER_TYPE_MISSING: _l("Choose a sector"),
    Problem.COUNTRY_MISSING: _l("Choose a country"),
    Problem.CONFIDENTIALITY_MISSING: _l("Choose who can read your whole text"),
    Problem.SHOW_AS_MISSING: _l("Choose how we sign your text"),
    Problem.LANGUAGE_MISSING: _l("Choose the language of your text"),
    Problem.BODY_MISSING: _l("Enter your submission"),
    Problem.BODY_TOO_SHORT: _l("Write %(least)s characters or more. Your submission has %(number)s."),
    Problem.BODY_TOO_LONG: _l("Shorten your submission to %(most)s characters or fewer. It has %(number)s."),
    Problem.SUMMARY_MISSING: _l("Write a summary for the public, or let everyone read your text"),
    Problem.SUMMARY_TOO_LONG: _l("Shorten the summary to %(most)s characters or fewer. It has %(number)s."),
    Problem.ORGANIZATION_MISSING: _l("Enter your organization's name, or choose another signature"),
    Problem.ORGANIZATION_TOO_LONG: _l(
        "Shorten the organization's name to %(most)s characters or fewer. It has %(number)s."
    ),
    Problem.NAME_MISSING: _l("Enter your name, or choose another signature"),
    Problem.NAME_TOO_LONG: _l("Shorten your name to %(most)s characters or fewer. It has %(number)s."),
    Problem.EMAIL_WRONG: _l("Enter an e-mail address like name@example.org"),
    Problem.CONSENT_MISSING: _l("Check the box so that we can publish your submission"),
}
MOST = {
    "body": rules.LONGEST_BODY,
    "public_summary": rules.LONGEST_SUMMARY,
    "organization": rules.LONGEST_ORGANIZATION,
    "name": rules.LONGEST_NAME,
}

COUNTRIES_IN_ORDER = (Country.MX, Country.US, Country.SV, Country.GT, Country.HN, Country.OTHER)
SIGNATURES = (
    (ShowAs.ORGANIZATION, _l("With my organization's name")),
    (ShowAs.NAME, _l("With my name")),
    (ShowAs.ANONYMOUS, _l("Without a name (anonymous)")),
)
READERS = (
    (Confidentiality.PUBLIC, _l("Everyone")),
    (Confidentiality.GOVERNMENTS_ONLY, _l("Both governments only")),
)
CHOOSE = SelectChoice("", _l("Choose"))


def new_attempt() -> str:
    """Draw the random id of one form (128 bits): whatever it sends, it makes one submission."""
    return secrets.token_urlsafe(16)


def choices(pairs: Any) -> list[SelectChoice]:
    """Write (value, label) pairs as a field takes them. A label in both languages is read in the page's."""
    return [SelectChoice(str(value), _read(label) if isinstance(label, Bilingual) else label) for value, label in pairs]


def _read(words: Bilingual) -> LazyString:
    return LazyString(lambda: words[g.language])


class SubmissionForm(LocalisedForm):
    """What a person types to give input. The rules say what is wrong with it; fields check nothing themselves."""

    attempt = HiddenField(default=new_attempt)
    ticket = HiddenField()
    pillar = RadioField(_l("Pillar"), validate_choice=False)
    workstream = SelectField(_l("Workstream"), validate_choice=False)
    body = TextAreaField(_l("Your input"))
    language = SelectField(
        _l("Language of your text"),
        choices=choices(labels.LANGUAGES.items()),
        default=lambda: g.language,
        validate_choice=False,
    )
    stakeholder_type = SelectField(
        _l("Sector"), choices=[CHOOSE, *choices(labels.STAKEHOLDER_TYPES.items())], validate_choice=False
    )
    organization = StringField(_l("Organization"))
    country = SelectField(
        _l("Country"),
        choices=[CHOOSE, *choices((country, labels.COUNTRIES[country]) for country in COUNTRIES_IN_ORDER)],
        validate_choice=False,
    )
    show_as = RadioField(_l("How we sign your text"), choices=choices(SIGNATURES), validate_choice=False)
    name = StringField(_l("Your name"))
    confidentiality = RadioField(
        _l("Who can read your whole text"),
        choices=choices(READERS),
        default=Confidentiality.PUBLIC.value,
        validate_choice=False,
    )
    public_summary = TextAreaField(_l("Summary for the public"))
    email = EmailField(_l("E-mail"))
    consent = BooleanField(
        _l(
            "I agree that the public part of my submission is published after moderation. "
            "I have read the privacy notice."
        )
    )

    def offer(self, what: Offered) -> None:
        """Take the pillars and workstreams that can be chosen."""
        self._offered = what
        self.pillar.choices = choices(what.pillars)
        titles = dict(what.pillars)
        self.workstream.choices = [SelectChoice("", _("Not one in particular"))] + [
            SelectChoice(workstream, name, optgroup=f"{roman(int(pillar))} · {titles[pillar]}")
            for pillar, workstreams in what.workstreams.items()
            for workstream, name in workstreams
        ]
        if self.workstream.data and not what.workstreams:  # the database is away: what was chosen stays chosen
            self.workstream.choices.append(SelectChoice(self.workstream.data))

    def draft(self) -> Draft:
        """Give what was typed as the rules take it. A name is left out where the text is not signed with it."""
        pillar = self.pillar.data or ""
        return Draft(
            attempt=self.attempt.data or "",
            page_language=g.language,
            pillar=int(pillar) if pillar in {str(known) for known in rules.PILLARS} else None,
            workstream=self.workstream.data or "",
            body=as_received(self.body.data or ""),
            language=self.language.data or "",
            stakeholder_type=self.stakeholder_type.data or "",
            organization=as_received(self.organization.data or ""),
            country=self.country.data or "",
            show_as=self.show_as.data or "",
            name=as_received(self.name.data or "") if self.show_as.data == ShowAs.NAME else "",
            confidentiality=self.confidentiality.data or "",
            public_summary=as_received(self.public_summary.data or ""),
            email=as_received(self.email.data or ""),
            consent=bool(self.consent.data),
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask the rules, and put a sentence beside each field that they do not pass."""
        super().validate(extra_validators)
        draft = self.draft()
        problems = rules.problems(draft)
        if not self._offered.has(draft.workstream, draft.pillar):
            problems.append(("workstream", Problem.WORKSTREAM_UNKNOWN))
        for field, problem in problems:
            self[field].errors = [*self[field].errors, sentence(field, problem, draft)]
        if not ATTEMPT.fullmatch(draft.attempt):
            self.say_again(_("We could not read part of this form. Your text is still here; send it again."))
        return not problems and not self.form_errors

    def label_of(self, field: str) -> str | None:
        """Give the words of what was chosen in a field; None where it was none of the choices."""
        chosen = self[field].data
        return next((str(option.label) for option in self[field].choices if chosen and option.value == chosen), None)

    def signature(self) -> str | None:
        """Give what would stand beside the text."""
        signed_with = {ShowAs.ORGANIZATION: self.organization.data, ShowAs.NAME: self.name.data}
        return signed_with.get(self.show_as.data) or self.label_of("show_as")

    def say_again(self, why: str) -> None:
        """Refuse the form as a whole, and let it be sent again as another one."""
        self.attempt.data, self.ticket.data = new_attempt(), ""
        self.form_errors.append(why)

    def attend_to_attempt(self) -> str:
        """Give an attempt that can be sent again, whatever was typed in its place."""
        if not ATTEMPT.fullmatch(self.attempt.data or ""):
            self.attempt.data = new_attempt()
        return str(self.attempt.data)


def sentence(field: str, problem: Problem, draft: Draft) -> str:
    """Say in the reader's language what is wrong with a field and how to mend it."""
    facts = {"least": number(rules.SHORTEST_BODY)}
    if field in MOST:
        typed = getattr(draft, field)
        counted = typed.strip() if problem == Problem.BODY_TOO_SHORT else typed
        facts |= {"most": number(MOST[field]), "number": number(rules.length(counted))}
    return str(MESSAGES[problem]) % facts
