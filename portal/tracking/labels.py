"""The words for where a submission stands, what happened to it and what comes next, as its author reads them."""

from collections.abc import Collection
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.i18n import listed, long_date
from portal.policy.labels import REASONS
from portal.policy.rules import FIRST_DECISION_LIMIT_DAYS, FIRST_DECISION_TARGET_DAYS, Reason, business_day_after
from portal.tracking.rules import Stage

STAGES: dict[Stage, Any] = {
    Stage.RECEIVED: _l("Received"),
    Stage.IN_REVIEW: _l("In review"),
    Stage.HELD: _l("On hold"),
    Stage.PUBLISHED: _l("Published"),
    Stage.NOT_PUBLISHED: _l("Not published"),
    Stage.WITHDRAWN: _l("Withdrawn"),
    Stage.ERASED: _l("Erased"),
}
PRIVATE = frozenset({Reason.PERSONAL_DATA, Reason.MINOR, Reason.SOURCE_PROTECTION})


def title(stage: Stage, hidden_for: Collection[Reason]) -> str:
    """Say where it stands. `hidden_for` are the reasons of a publication with passages hidden, else nothing."""
    if stage == Stage.PUBLISHED and hidden_for:
        return str(_("Published with personal data hidden")) if PRIVATE.issuperset(hidden_for) else redacted()
    return str(STAGES[stage])


def redacted() -> str:
    """Name what happened when passages were hidden."""
    return str(_("Published with redactions"))


def reasons(codes: Collection[Reason]) -> str:
    """Name the reasons of a decision in one line; empty where it has none. Care is never given as a rule broken."""
    named = [_in_line(REASONS[code][g.language]) for code in codes if code != Reason.CARE]
    if not named:
        return ""
    return str(ngettext("Reason: %(reasons)s", "Reasons: %(reasons)s", len(named), reasons=listed(named)))


def _in_line(name: str) -> str:
    return name[0].lower() + name[1:]


def what_comes(stage: Stage, received_on: date) -> str:
    """Say what happens next, and when, where something does."""
    match stage:
        case Stage.RECEIVED:
            target = business_day_after(received_on, FIRST_DECISION_TARGET_DAYS)
            limit = business_day_after(received_on, FIRST_DECISION_LIMIT_DAYS)
            return str(
                _(
                    "A person reads it by %(target)s; %(limit)s at the latest.",
                    target=long_date(target),
                    limit=long_date(limit),
                )
            )
        case Stage.IN_REVIEW:
            return str(
                _("A person is reviewing it. When the decision takes effect, you find it here with its reasons.")
            )
        case Stage.HELD:
            return str(_("We need a closer look before we decide. You need do nothing."))
    return ""
