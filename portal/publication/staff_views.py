"""Where staff answer what people sent: the list of responses, and writing one."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import portal.pillars.store as pillars
import portal.publication.store as publications
from portal import db
from portal.accounts.gate import needs
from portal.accounts.rules import Permission
from portal.clock import utcnow
from portal.db import Bilingual, transaction
from portal.i18n import localised
from portal.limits import STAFF_WRITE, limited
from portal.publication.forms import ResponseForm
from portal.publication.respond import check, respond
from portal.publication.rules import Refused
from portal.submissions import receipts

LISTED = 200

bp = Blueprint("publication", __name__)


@localised(bp, en="/staff/responses", es="/equipo/respuestas")
@needs(Permission.RESPOND)
def responses() -> str:
    """The responses published so far, newest first."""
    return render_template(
        "publication/staff_responses.html",
        responses=publications.latest_responses(db.session, LISTED),
        published=request.args.get("published"),
    )


@localised(bp, en="/staff/responses/new", es="/equipo/respuestas/nueva", methods=["GET", "POST"])
@limited(STAFF_WRITE, methods=("POST",))
@needs(Permission.RESPOND)
def write() -> ResponseReturnValue:
    """Write a response, look at it in both languages, and publish it."""
    form = ResponseForm()
    form.offer(pillars.choices(db.session, g.language), pillars.government_choices(db.session, g.language))
    act = request.form.get("act")
    if act not in {"preview", "publish"}:  # the first visit, the other language, or "change it"
        return render_template("publication/staff_write.html", form=form)
    draft = form.draft()
    problems, not_public = check(db.session, draft)
    if act == "publish" and not problems:
        title, text, actor_id = Bilingual(*draft.title), Bilingual(*draft.text), g.staff.id
        try:
            with transaction() as session:
                published = respond(
                    session, draft.codes, title, text, draft.agencies, draft.pillar, actor_id=actor_id, now=utcnow()
                )
        except Refused as refused:  # a submission was withdrawn meanwhile
            problems, not_public = refused.problems, refused.not_public
        else:
            return redirect(url_for(".responses", published=published.slug[g.language]), 303)
    form.say(problems, not_public)
    if problems:
        return render_template("publication/staff_write.html", form=form), 422
    agencies = {agency.id: agency for agency in pillars.agencies(db.session)}
    answered = publications.cards_of(db.session, [receipts.parse_code(code) or "" for code in draft.codes])
    return render_template(
        "publication/staff_preview.html", form=form, draft=draft, agencies=agencies, answered=answered
    )
