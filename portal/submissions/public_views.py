"""Giving input: the form, which keeps every word whatever happens, and the receipt."""

from datetime import datetime

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import RequestLimit
from flask_wtf.csrf import CSRFError
from markupsafe import Markup, escape
from sqlalchemy.exc import IntegrityError

import portal.submissions.store as submissions
from portal import db
from portal.clock import utcnow
from portal.compress import compressed
from portal.db import is_unavailable, transaction
from portal.errors import RETRY_DATABASE_SECONDS
from portal.i18n import ZONE, localised
from portal.limits import SUBMIT, SUBMIT_FORM, SUBMIT_TO_PILLAR, SUBMIT_WITH_TICKET, limited
from portal.policy.rules import FIRST_DECISION_LIMIT_DAYS, FIRST_DECISION_TARGET_DAYS, business_day_after
from portal.submissions import receipts, tickets
from portal.submissions.forms import SubmissionForm
from portal.submissions.proof_cookie import key_proved, set_proof
from portal.submissions.receive import Receipt, already_received, is_as_sent, receive
from portal.submissions.typed_form import (
    chosen_pillar,
    held_ticket,
    is_not_for_client,
    is_not_for_tickets,
    is_right,
    is_switching,
    keys,
    sender,
    typed,
)

bp = Blueprint("submissions", __name__)


def over_the_limit(_limit: RequestLimit) -> Response:
    """Keep the text and give a ticket for a little later; a form that was received before gets its receipt again."""
    form = typed()
    if is_right() and (earlier := received_before(form)):
        return to_receipt(earlier)
    attempt = form.attend_to_attempt()
    ticket = held_ticket()
    if ticket is None or ticket.is_open(utcnow()):
        ticket = tickets.issue(keys(), attempt, wait=tickets.WAIT)
    form.ticket.data = ticket.signed
    seconds = max(1, round((ticket.opens_at - utcnow()).total_seconds()))
    page = form_page(
        "submissions/wait.html",
        429,
        form=form,
        minutes=-(-seconds // 60),
        opens_at=ticket.opens_at,
        signature=form.signature(),
        country=form.label_of("country"),
    )
    page.headers["Retry-After"] = str(seconds)
    return page


@localised(bp, en="/input/new", es="/aportaciones/nueva", methods=["GET", "POST"])
@limited(SUBMIT_TO_PILLAR, methods=("POST",), key=chosen_pillar, lifted=is_not_for_client, on_breach=over_the_limit)
@limited(SUBMIT, methods=("POST",), lifted=is_not_for_client, on_breach=over_the_limit)
@limited(SUBMIT_WITH_TICKET, methods=("POST",), lifted=is_not_for_tickets, on_breach=over_the_limit)
@limited(SUBMIT_FORM, methods=("POST",), key=sender, on_breach=over_the_limit)
def new() -> ResponseReturnValue:
    """Show the form, and receive what it sends."""
    form = typed()
    if request.method != "POST":
        page = form_page("submissions/new.html", form=form)
        return page if echoes_address(form) else compressed(page)
    if is_switching():
        return form_page("submissions/new.html", form=form)
    if not is_right():
        return form_page("submissions/new.html", 422, form=form)
    try:
        with transaction() as session:
            given = receive(session, form.draft(), now=utcnow())
            as_sent = given.is_new or is_as_sent(session, form.draft(), given)
    except Exception as error:
        if not is_unavailable(error) and not isinstance(error, IntegrityError):
            raise
        current_app.logger.warning("submission not stored", extra={"fault": type(error).__name__})
        return not_stored(form)
    return to_receipt(given) if as_sent else sent_before(form, given)


@bp.errorhandler(CSRFError)
def session_ended(_error: CSRFError) -> ResponseReturnValue:
    """Keep every word of a form whose token is too old or missing, and give it a fresh one."""
    form = typed()
    form.attend_to_attempt()
    if is_switching():
        return form_page("submissions/new.html", form=form)
    form.form_errors.append(
        _("Your session ended, or your browser did not keep our cookie. Your text is still here; send it again.")
    )
    return form_page("submissions/new.html", 422, form=form)


def not_stored(form: SubmissionForm) -> Response:
    """Keep every word while the database is away. The sending was counted, so a ticket lets the next one through."""
    form.ticket.data = tickets.issue(keys(), str(form.attempt.data), wait=tickets.AT_ONCE).signed
    form.form_errors.append(
        _("We could not save your submission. Your text is still on this page; send it again in a moment.")
    )
    page = form_page("submissions/new.html", 503, form=form)
    page.headers["Retry-After"] = str(RETRY_DATABASE_SECONDS)
    return page


def sent_before(form: SubmissionForm, receipt: Receipt) -> Response:
    """Keep words that were changed after the form had been received: sent again, they are another submission."""
    code = receipts.spelled(receipt.code)
    link = Markup('<a href="{}">{}</a>').format(url_for(".receipt", code=code), code)
    why = escape(
        _(
            "You already sent this form. We keep what it said then under receipt code %(code)s. "
            "To send what it says now as another submission, send it again."
        )
    )
    form.say_again(why % {"code": link})
    return set_proof(form_page("submissions/new.html", 422, form=form), receipt.code, receipt.key)


def to_receipt(receipt: Receipt) -> Response:
    """Lead to the receipt, with the proof that this browser may see its key."""
    leading = redirect(url_for(".receipt", code=receipts.spelled(receipt.code)), 303)
    assert isinstance(leading, Response)
    return set_proof(leading, receipt.code, receipt.key)


def received_before(form: SubmissionForm) -> Receipt | None:
    """Find the receipt of a form that was received before, as it says; none while the database is away."""
    try:
        return already_received(db.session, form.draft())
    except Exception as error:
        if not is_unavailable(error):
            raise
        return None


def echoes_address(form: SubmissionForm) -> bool:
    """Say whether the page repeats words of the address that are not our own."""
    draft = form.draft()
    ours = {"pillar": draft.pillar is not None, "workstream": bool(draft.workstream)}
    return any(not ours.get(name) or len(request.args.getlist(name)) > 1 for name in request.args)


def form_page(template: str, status: int = 200, **values: object) -> Response:
    """Render a page that holds the form, plain: it may echo what was typed."""
    return make_response(render_template(template, twin_form="input", **values), status)


@localised(bp, en="/input/receipt", es="/aportaciones/acuse")
def receipt() -> ResponseReturnValue:
    """Show the receipt to the browser that sent the form; lead anybody else to the follow page."""
    asked = request.args.get("code", "")
    code = receipts.parse_code(asked)
    if code and asked != receipts.spelled(code):
        return redirect(url_for(".receipt", code=receipts.spelled(code)))
    key = key_proved(code) if code else None
    if code is None or key is None:
        return render_template("submissions/receipt_elsewhere.html", code=code and receipts.spelled(code))
    received_at = received(code)
    day = (received_at or utcnow()).astimezone(ZONE).date()
    return render_template(
        "submissions/receipt.html",
        code=receipts.spelled(code),
        key=receipts.spelled(key),
        received_at=received_at,
        day=day,
        target=business_day_after(day, FIRST_DECISION_TARGET_DAYS),
        limit=business_day_after(day, FIRST_DECISION_LIMIT_DAYS),
    )


def received(code: str) -> datetime | None:
    """Tell when a submission was received; not known while the database is away, which must not hide a receipt."""
    try:
        submission = submissions.by_code(db.session, code)
    except Exception as error:
        if not is_unavailable(error):
            raise
        return None
    return submission.received_at if submission else None
