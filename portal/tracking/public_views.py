"""The pages on which an author follows a submission and takes it back."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

import portal.submissions.store as submissions
import portal.tracking.store as tracking
from portal import db
from portal.clock import utcnow
from portal.i18n import ZONE, localised, long_date, moment
from portal.limits import FOLLOW, limited
from portal.submissions import receipts
from portal.submissions.proof_cookie import key_proved, set_proof
from portal.submissions.rules import NotAllowed
from portal.tracking import labels
from portal.tracking.forms import FollowForm, WithdrawForm
from portal.tracking.rules import Stage
from portal.tracking.store import Outcome, Step
from portal.tracking.withdraw import withdraw as take_back

bp = Blueprint("tracking", __name__)


def _switches_language() -> bool:
    return "switch" in request.form


@localised(bp, en="/follow", es="/seguimiento", methods=["GET", "POST"])
@limited(FOLLOW, methods=("POST",), lifted=_switches_language)
def follow() -> ResponseReturnValue:
    """Ask for a receipt code and its access key, and lead to the submission that they open."""
    form = FollowForm()
    if _switches_language():
        return redirect(url_for(".follow", code=form.code.data or None), 303)
    if request.method == "GET":
        form.code.data = request.args.get("code", "")
    elif form.validate_on_submit():
        code, key = form.pair()
        if submissions.by_receipt(db.session, receipts.digest(code, key)):
            return set_proof(make_response(_to_submission(code)), code, key)
        form.refuse()
    form.forget_key()
    return render_template("tracking/follow.html", form=form), 422 if form.errors else 200


@localised(bp, en="/follow/submission", es="/seguimiento/aportacion")
def submission() -> ResponseReturnValue:
    """Show where a submission stands and what was decided, to the browser that holds its proof."""
    if (found := _proved()) is None:
        return _ask_for_key()
    return render_template(
        "tracking/submission.html",
        outcome=found,
        since=long_date(found.since.astimezone(ZONE).date()),
        title=labels.title(found.status, found.hidden_for),
        what_comes=labels.what_comes(found.status, found.received_at.astimezone(ZONE).date()),
        steps=_steps(found),
    )


@localised(bp, en="/follow/submission/withdraw", es="/seguimiento/aportacion/retiro", methods=["GET", "POST"])
@limited(FOLLOW, methods=("POST",))
def withdraw() -> ResponseReturnValue:
    """Ask once more, then take the submission back."""
    if (found := _proved()) is None:
        return _ask_for_key()
    form = WithdrawForm()
    if found.can_be_withdrawn and not form.validate_on_submit():
        return render_template("tracking/withdraw.html", form=form, outcome=found), 422 if form.errors else 200
    if found.can_be_withdrawn:
        try:
            with db.transaction() as session:
                take_back(session, found.submission_id, now=utcnow())
        except NotAllowed:
            pass  # it stands elsewhere since this page was opened; the follow page says where
    return _to_submission(found.code)


@bp.errorhandler(CSRFError)
def session_ended(_error: CSRFError) -> ResponseReturnValue:
    """Keep the code that was typed when the form's token is too old or missing, and give a fresh one."""
    if request.endpoint != "tracking.follow":
        return _ask_for_key()
    form = FollowForm()
    form.form_errors.append(_("Your session ended, or your browser did not keep our cookie. Send it again."))
    form.forget_key()
    return render_template("tracking/follow.html", form=form), 422


def _steps(found: Outcome) -> list[dict[str, Any]]:
    """What happened and what may come, as the timeline draws it."""
    steps = [_step(step) for step in found.history]
    if found.status in {Stage.RECEIVED, Stage.IN_REVIEW, Stage.HELD}:
        steps.append({"name": _("Decision"), "words": _("You find it here, with its reasons.")})
    if found.is_public and not found.responses:
        steps.append({"name": _("A government response"), "date": _("No date has been set")})
    return steps


def _step(step: Step) -> dict[str, Any]:
    name = labels.redacted() if step.redacted else labels.STAGES[Stage(step.stage)]
    when = {"date": moment(step.at), "iso": step.at.isoformat(timespec="seconds")}
    return {"name": name, "words": labels.reasons(step.reasons), "past": True} | when


def _proved() -> Outcome | None:
    """The outcome of the submission in the address, if this browser holds its proof."""
    code = receipts.parse_code(request.args.get("code", ""))
    key = key_proved(code) if code else None
    if code is None or key is None:
        return None
    return tracking.outcome(db.session, receipts.digest(code, key), now=utcnow())


def _to_submission(code: str) -> ResponseReturnValue:
    return redirect(url_for(".submission", code=receipts.spelled(code)), 303)


def _ask_for_key() -> ResponseReturnValue:
    return redirect(url_for(".follow", code=request.args.get("code")), 303)
