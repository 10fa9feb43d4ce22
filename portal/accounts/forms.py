"""The forms of staff: at the door, of one's own account, and of those who manage accounts."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, HiddenField, PasswordField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.accounts import rules
from portal.accounts.labels import ROLE_NAMES
from portal.accounts.rules import PasswordProblem, Role, StaffCountry
from portal.localised_form import LocalisedForm

PASSWORD_MESSAGES = {
    PasswordProblem.TOO_SHORT: _l("Choose a password of %(least)s characters or more.", least=rules.SHORTEST_PASSWORD),
    PasswordProblem.TOO_LONG: _l("Choose a password of %(most)s characters or fewer.", most=rules.LONGEST_PASSWORD),
    PasswordProblem.OBVIOUS: _l("Choose a password that is harder to guess, such as four words in a row."),
}


SHORT_ENOUGH = Length(max=rules.LONGEST_NAME, message=_l("Shorten the name to 120 characters or fewer."))
GOVERNMENTS = [SelectChoice(StaffCountry.MX, _l("Mexico")), SelectChoice(StaffCountry.US, _l("United States"))]


class TriedForm(LocalisedForm):
    """A form with a password that may have to wait after wrong tries."""

    ticket = HiddenField()

    def ask_to_wait(self, seconds: int, ticket: str) -> None:
        """Say how long to wait before the next try; the ticket shows that the wait was kept."""
        self.form_errors.append(
            _(
                "There were several wrong tries for this account. Wait %(seconds)s seconds, then try again.",
                seconds=seconds,
            )
        )
        self.ticket.data = ticket


class SignInForm(TriedForm):
    """Address and password. What is wrong with the pair is said for both at once."""

    email = EmailField(_l("E-mail address"), validators=[InputRequired(_l("Enter your e-mail address."))])
    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Enter your password."))])

    def refuse(self) -> None:
        """Say that the pair is wrong, in the same words whether the account exists or not."""
        self.form_errors.append(_("That e-mail address and password do not match. Check both and try again."))


class FactorForm(LocalisedForm):
    """A code of an authenticator app, or one of the recovery codes."""

    code = StringField(_l("Code"), validators=[InputRequired(_l("Enter the code."))])

    def refuse(self) -> None:
        """Say that the code is none of this account's, was used, or has run out."""
        self.code.errors = [*self.code.errors, _("That code is not right, or was used before. Enter the newest one.")]

    def ask_to_wait(self) -> None:
        """Say that there were too many wrong codes."""
        self.code.errors = [
            *self.code.errors,
            _("There were several wrong codes. Use a recovery code or a passkey, or wait 15 minutes."),
        ]


class PasskeyForm(LocalisedForm):
    """What a browser answers for a passkey, filled in by its script."""

    answer = HiddenField()


class NewPasskeyForm(PasskeyForm):
    """The same for a new passkey, with the name that its owner gives it."""

    passkey_name = StringField(
        _l("Name of the passkey"),
        validators=[
            InputRequired(_l("Give the passkey a name.")),
            Length(max=rules.LONGEST_PASSKEY_NAME, message=_l("Shorten the name to 60 characters or fewer.")),
        ],
    )


class PressForm(LocalisedForm):
    """A form that is nothing but its button."""


class AddressForm(LocalisedForm):
    """The address of an account whose owner cannot sign in."""

    email = EmailField(_l("E-mail address"), validators=[InputRequired(_l("Enter your e-mail address."))])

    def validate_email(self, field: Field) -> None:
        """Accept what can be an address."""
        if not rules.is_address(field.data or ""):
            raise ValidationError(_("Enter an e-mail address like name@example.org"))


def refuse_weak(field: Field, known: tuple[str, ...]) -> None:
    """Ask the rules about a new password. Raises ValidationError in the reader's words."""
    if problem := rules.password_problem(field.data or "", known=(*known, "open dialogue", "diálogo abierto")):
        raise ValidationError(str(PASSWORD_MESSAGES[problem]))


class WelcomeForm(LocalisedForm):
    """The name that colleagues see, and a password."""

    name = StringField(_l("Full name"), validators=[InputRequired(_l("Enter your name.")), SHORT_ENOUGH])
    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Choose a password."))])
    known: tuple[str, ...] = ()

    def validate_password(self, field: Field) -> None:
        """Ask the rules about the password."""
        refuse_weak(field, (*self.known, self.name.data or ""))


class FirstWelcomeForm(WelcomeForm):
    """The same for the first administrator, who also says under which address and for which government."""

    email = EmailField(_l("E-mail address"), validators=[InputRequired(_l("Enter your e-mail address."))])
    country = RadioField(_l("Government"), choices=GOVERNMENTS, validators=[InputRequired(_l("Choose a government."))])

    def validate_email(self, field: Field) -> None:
        """Accept what can be an address."""
        if not rules.is_address(field.data or ""):
            raise ValidationError(_("Enter an e-mail address like name@example.org"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Let the password be compared with the address typed."""
        self.known = (self.email.data or "", (self.email.data or "").partition("@")[0])
        return bool(super().validate(extra_validators))


class PasswordForm(TriedForm):
    """A new password in place of the present one."""

    present = PasswordField(_l("Present password"), validators=[InputRequired(_l("Enter your present password."))])
    password = PasswordField(_l("New password"), validators=[InputRequired(_l("Choose a password."))])
    known: tuple[str, ...] = ()

    def validate_password(self, field: Field) -> None:
        """Ask the rules about the password."""
        refuse_weak(field, self.known)

    def refuse(self) -> None:
        """Say that the present password is another."""
        self.present.errors = [*self.present.errors, _("That is not your present password.")]


class RolesForm(LocalisedForm):
    """Which roles somebody has."""

    roles = SelectMultipleField(
        _l("Roles"),
        choices=[SelectChoice(role, ROLE_NAMES[role]) for role in Role],
        option_widget=CheckboxInput(),
        widget=ListWidget(),
        validators=[InputRequired(_l("Choose one role or more."))],
    )

    @property
    def chosen(self) -> list[Role]:
        """The roles that are ticked."""
        return [Role(role) for role in self.roles.data or []]


class InviteForm(RolesForm):
    """Whom to invite, for which government and as what."""

    email = EmailField(_l("E-mail address"), validators=[InputRequired(_l("Enter an e-mail address."))])
    name = StringField(_l("Full name"), validators=[SHORT_ENOUGH])
    country = RadioField(_l("Government"), choices=GOVERNMENTS, validators=[InputRequired(_l("Choose a government."))])

    def validate_email(self, field: Field) -> None:
        """Accept what can be an address."""
        if not rules.is_address(field.data or ""):
            raise ValidationError(_("Enter an e-mail address like name@example.org"))
