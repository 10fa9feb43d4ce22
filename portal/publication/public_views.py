"""What everyone reads of what people sent: the register, one submission, and what the governments answered."""

from typing import Any

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter

import portal.pillars.store as pillars
import portal.publication.store as publications
from portal import db, fulltext
from portal.i18n import OTHER, localised
from portal.kept_pages import kept
from portal.limits import SEARCH, limited
from portal.pillars.models import Agency
from portal.publication.forms import RegisterForm
from portal.publication.rules import hidden_reasons
from portal.submissions import labels, receipts

PER_PAGE = 20
MORE_IN_PILLAR = 2
RESPONSES_LISTED = 200
DOWNLOAD = "reports.download"

bp = Blueprint("publication", __name__)


class Folio(BaseConverter):
    """A receipt code in an address, written as people read it: 7K3F-92QM."""

    def to_url(self, value: Any) -> str:
        """Spell a code in groups of four; leave what is none as it is."""
        code = receipts.parse_code(str(value))
        return receipts.spelled(code) if code else super().to_url(value)


@bp.record_once
def know_folios(state: BlueprintSetupState) -> None:
    """Teach addresses the receipt code, and templates the words of a submission's choices."""
    state.app.url_map.converters["folio"] = Folio
    state.app.jinja_env.globals.update(submission_labels=labels)
    state.app.jinja_env.filters.update(spelled=receipts.spelled)


@localised(bp, en="/input", es="/aportaciones")
@limited(SEARCH)
@kept
def register() -> str:
    """The public register, newest first, narrowed by words and filters."""
    form = RegisterForm(request.args)
    filters, after = form.filters(), _after()
    return render_template(
        "publication/register.html",
        form=form,
        filters=filters,
        address=form.address(),
        after=after,
        page=publications.register(db.session, filters=filters, after=after, limit=PER_PAGE),
        count=publications.count(db.session, filters),
        per_page=PER_PAGE,
        download=url_for(DOWNLOAD, **form.address()) if DOWNLOAD in current_app.view_functions else None,
    )


@localised(bp, en="/input/<folio:code>", es="/aportaciones/<folio:code>")
@kept
def submission(code: str) -> ResponseReturnValue:
    """One published submission, beside what the governments answered."""
    parsed = receipts.parse_code(code) or abort(404)
    if code != receipts.spelled(parsed):
        return redirect(url_for(".submission", code=parsed), 301)
    publication = publications.by_code(db.session, parsed) or abort(404)
    if publication.retracted_at is not None:
        return render_template("publication/withdrawn.html", code=parsed), 410
    answered = publications.number_answered(db.session, [response.id for response in publication.responses])
    return render_template(
        "publication/submission.html",
        publication=publication,
        workstream=pillars.workstream(db.session, publication.workstream),
        reasons=hidden_reasons(publication.hidden),
        agencies=_agencies(),
        answered=answered,
        more=publications.latest(db.session, MORE_IN_PILLAR, publication.pillar, besides=publication.id),
    )


@localised(bp, en="/responses", es="/respuestas")
@kept
def responses() -> str:
    """What the governments answered, newest first."""
    return render_template(
        "publication/responses.html",
        responses=publications.latest_responses(db.session, RESPONSES_LISTED),
        agencies=_agencies(),
    )


@localised(bp, en="/responses/<slug:slug>", es="/respuestas/<slug:slug>")
@kept
def response(slug: str) -> str:
    """One response, with the submissions that it answers."""
    shown = publications.response_by_slug(db.session, slug, g.language) or abort(404)
    g.twin_values = {"slug": shown.slug[OTHER[g.language]]}
    after = _after()
    return render_template(
        "publication/response.html",
        response=shown,
        agencies=_agencies(),
        number=publications.number_answered(db.session, [shown.id]).get(shown.id, 0),
        page=publications.answered_by(db.session, shown.id, after=after, limit=PER_PAGE),
        after=after,
        per_page=PER_PAGE,
    )


def _after() -> int | None:
    """Read the cursor of a list; one that was made up begins at the newest."""
    after = request.args.get("after", type=int)
    return after if after is not None and fulltext.is_place(after) else None


def _agencies() -> dict[str, Agency]:
    return {agency.id: agency for agency in pillars.agencies(db.session)}
