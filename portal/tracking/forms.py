"""What a person types to follow a submission, and the step before taking it back."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired

from portal.localised_form import LocalisedForm
from portal.submissions import receipts

DO_NOT_MATCH = _l("That receipt code and access key do not match. Check the letters and numbers.")


class FollowForm(LocalisedForm):
    """A receipt code and its access key, in whatever spelling they were copied."""

    code = StringField(_l("Receipt code"), validators=[InputRequired(_l("Enter your receipt code."))])
    key = StringField(_l("Access key"), validators=[InputRequired(_l("Enter your access key."))])

    def pair(self) -> tuple[str, str]:
        """The code (8 characters; empty where what was typed is none) and the key, folded."""
        return receipts.parse_code(self.code.data or "") or "", receipts.parse_key(self.key.data or "")

    def refuse(self) -> None:
        """Say that the pair does not match, without telling which half is wrong."""
        self.form_errors.append(DO_NOT_MATCH)

    def forget_key(self) -> None:
        """Leave the key out of the page that is sent back."""
        self.key.data = ""


class WithdrawForm(LocalisedForm):
    """Nothing but the token: the page asks, its button answers."""
