"""What the second level does on the desk beside deciding: showing a submission to one government alone, erasing it."""

from collections.abc import Callable

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

import portal.publication.store as publications
from portal import db
from portal.accounts.gate import fresh, needs
from portal.accounts.rules import Permission
from portal.clock import utcnow
from portal.i18n import localised
from portal.limits import STAFF_WRITE, limited
from portal.moderation import restrict as restriction
from portal.moderation.erase import erase as erase_for_good
from portal.moderation.forms import EraseForm
from portal.moderation.staff_views import asked_onward, bp, found, show
from portal.submissions.rules import NotAllowed, Status


@localised(bp, en="/staff/queue/<folio>/restrict", es="/equipo/cola/<folio>/restringir", methods=["POST"])
@limited(STAFF_WRITE)
@needs(Permission.REVIEW)
def restrict(folio: str) -> ResponseReturnValue:
    """Show this submission to the government of whoever asks, and to no other."""
    return access_changed(folio, restriction.restrict)


@localised(bp, en="/staff/queue/<folio>/open", es="/equipo/cola/<folio>/abrir", methods=["POST"])
@limited(STAFF_WRITE)
@needs(Permission.REVIEW)
def open_to_both(folio: str) -> ResponseReturnValue:
    """Show this submission to both governments again."""
    return access_changed(folio, restriction.open_to_both)


@localised(bp, en="/staff/queue/<folio>/erase", es="/equipo/cola/<folio>/supresion", methods=["GET", "POST"])
@limited(STAFF_WRITE, methods=("POST",))
@needs(Permission.ERASE)
@fresh
def erase(folio: str) -> ResponseReturnValue:
    """Say what erasing does, ask why and whether it is meant, then erase."""
    submission, form = found(folio), EraseForm()
    if submission.status == Status.ERASED:
        return redirect(url_for(".item", folio=folio), 303)
    if not form.validate_on_submit():
        is_public = bool(publications.published_codes(db.session, [submission.code]))
        page = render_template("moderation/erase.html", form=form, submission=submission, is_public=is_public)
        return page, 422 if form.is_submitted() else 200
    try:
        with db.transaction() as session:
            erase_for_good(session, submission.id, form.why, actor_id=g.staff.id, now=utcnow())
    except NotAllowed:
        pass  # somebody else did, or may see it alone: its page says so
    return redirect(url_for(".item", folio=folio), 303)


def access_changed(folio: str, change: Callable[..., object]) -> ResponseReturnValue:
    """Change who sees a submission and show its page; where it stood otherwise already, say so."""
    submission = found(folio)
    try:
        with db.transaction() as session:
            change(session, submission.id, actor_id=g.staff.id, now=utcnow())
    except NotAllowed:
        return show(submission, conflict="access"), 409
    return redirect(url_for(".item", folio=folio, **asked_onward()), 303)
