"""The forms at the staff's door: signing in, and taking an account over by a one-time link."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, ValidationError

from portal.accounts import rules
from portal.accounts.rules import PasswordProblem, StaffCountry
from portal.localised_form import LocalisedForm

PASSWORD_MESSAGES = {
    PasswordProblem.TOO_SHORT: _l("Choose a password of %(least)s characters or more.", least=rules.SHORTEST_PASSWORD),
    PasswordProblem.TOO_LONG: _l("Choose a password of %(most)s characters or fewer.", most=rules.LONGEST_PASSWORD),
    PasswordProblem.OBVIOUS: _l("Choose a password that is harder to guess, such as four words in a row."),
}


class SignInForm(LocalisedForm):
    """Address and password. What is wrong with the pair is said for both at once."""

    email = EmailField(_l("E-mail address"), validators=[InputRequired(_l("Enter your e-mail address."))])
    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Enter your password."))])

    def refuse(self) -> None:
        """Say that the pair is wrong, in the same words whether the account exists or not."""
        self.form_errors.append(_("That e-mail address and password do not match. Check both and try again."))


class WelcomeForm(LocalisedForm):
    """The name that colleagues see, and a password."""

    name = StringField(_l("Full name"), validators=[InputRequired(_l("Enter your name."))])
    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Choose a password."))])
    known: tuple[str, ...] = ()

    def validate_password(self, field: Field) -> None:
        """Ask the rules about the password."""
        facts = (*self.known, self.name.data or "", "open dialogue", "diálogo abierto")
        if problem := rules.password_problem(field.data or "", known=facts):
            raise ValidationError(str(PASSWORD_MESSAGES[problem]))


class FirstWelcomeForm(WelcomeForm):
    """The same for the first administrator, who also says under which address and for which government."""

    email = EmailField(_l("E-mail address"), validators=[InputRequired(_l("Enter your e-mail address."))])
    country = RadioField(
        _l("Government"),
        choices=[SelectChoice(StaffCountry.MX, _l("Mexico")), SelectChoice(StaffCountry.US, _l("United States"))],
        validators=[InputRequired(_l("Choose a government."))],
    )

    def validate_email(self, field: Field) -> None:
        """Accept what can be an address."""
        if not rules.is_address(field.data or ""):
            raise ValidationError(_("Enter an e-mail address like name@example.org"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Let the password be compared with the address typed."""
        self.known = (self.email.data or "", (self.email.data or "").partition("@")[0])
        return bool(super().validate(extra_validators))
