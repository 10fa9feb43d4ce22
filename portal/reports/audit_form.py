"""What the audit log is narrowed to, as typed in its address."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.widgets import DateInput

from portal.audit.store import ACTIONS
from portal.i18n import ZONE
from portal.localised_form import LocalisedForm
from portal.reports.audit_actions import GROUPS, action_words
from portal.reports.event_store import NOBODY, Filters
from portal.reports.forms import MESSAGES
from portal.reports.rules import YEARS, Problem
from portal.submissions import receipts


class TrailForm(LocalisedForm):
    """The filters of the audit log: what, by whom, about which submission or account, and when."""

    class Meta:
        """Without a token: nothing changes by it."""

        csrf = False

    what = SelectField(_l("What"), validate_choice=False, default="")
    who = SelectField(_l("Who"), validate_choice=False, default="")
    about = StringField(_l("Receipt code"), default="")
    account = SelectField(_l("Account"), validate_choice=False, default="")
    first = StringField(_l("From"), name="from", widget=DateInput(), default="")
    last = StringField(_l("Until"), name="to", widget=DateInput(), default="")

    def __init__(self, language: str, names: dict[int, str], **values: Any) -> None:
        super().__init__(**values)
        self.what.choices = [("", _l("Anything")), *_choices(language)]
        people = sorted(names.items(), key=lambda person: person[1].casefold())
        nobody = (str(NOBODY), _l("No member of staff"))
        self.who.choices = [("", _l("Anyone")), nobody, *((str(number), name) for number, name in people)]
        self.account.choices = [("", _l("Any")), *((str(number), name) for number, name in people)]

    def validate(self, extra_validators: Any = None) -> bool:
        """See that code and days can be read."""
        sound = bool(super().validate(extra_validators))
        problems: list[tuple[Any, Any]] = []
        if self._about() and not receipts.parse_code(self._about()):
            problems.append((self.about, _l("Write a receipt code, such as 7K3F-92QM.")))
        first, last = _day(self.first.data), _day(self.last.data)
        if self.first.data and first is None:
            problems.append((self.first, MESSAGES[Problem.FROM_UNREADABLE]))
        if self.last.data and last is None:
            problems.append((self.last, MESSAGES[Problem.TO_UNREADABLE]))
        if first and last and last < first:
            problems.append((self.last, MESSAGES[Problem.ENDS_BEFORE_IT_BEGINS]))
        for control, words in problems:
            control.errors = [*control.errors, words]
        return sound and not problems

    def filters(self) -> Filters:
        """Give the filters that a form which validates describes."""
        first, last, code = _day(self.first.data), _day(self.last.data), receipts.parse_code(self._about())
        what = self.what.data or ""
        return Filters(
            actions=tuple(sorted(one for one in ACTIONS if what in {one, one.partition(":")[0]})),
            actor_id=int(self.who.data) if (self.who.data or "").isdecimal() else None,
            subjects=self._subjects(code),
            first=_midnight(first) if first else None,
            until=_midnight(last + timedelta(days=1)) if last else None,
        )

    def query(self) -> dict[str, Any]:
        """Give the filters as they stand in an address."""
        return {control.name: control.data for control in self if control.data}

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.query())

    def _subjects(self, code: str | None) -> tuple[str, ...]:
        of_code = (f"submission:{code}", f"publication:{code}") if code else ()
        account = self.account.data or ""
        return (*of_code, f"staff:{int(account)}") if account.isdecimal() else of_code

    def _about(self) -> str:
        return (self.about.data or "").strip()


def _choices(language: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for group, name in sorted(GROUPS.items(), key=lambda one: one[1][language]):
        actions = sorted((action_words(one, language), one) for one in ACTIONS if one.startswith(f"{group}:"))
        if len(actions) > 1:
            found.append((group, f"{name[language]}: …"))
        found += [(action, f"{name[language]}: {words}") for words, action in actions]
    return found


def _day(written: str | None) -> date | None:
    try:
        day = date.fromisoformat((written or "").strip())
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
