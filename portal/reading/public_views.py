"""Home, pillar, workstream, timeline, about: what anyone reads before writing."""

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, url_for
from flask.sansio.blueprints import BlueprintSetupState

import portal.pillars.store as pillars
import portal.publication.store as publications
from portal import db
from portal.i18n import OTHER, localised, preferred
from portal.kept_pages import kept
from portal.pillars import labels
from portal.pillars.models import Dialogue
from portal.pillars.rules import machine, written

DATES_ON_HOME = 4
VOICES_ON_PILLAR = 3
LATEST_ON_HOME = 3

bp = Blueprint("reading", __name__)


@bp.record_once
def give_templates_their_words(state: BlueprintSetupState) -> None:
    """Let macros write dates as they are known, begin lines with a capital, and name what the rules know by a code."""
    state.app.jinja_env.filters.update(
        known_date=lambda when: written(when, g.language),
        machine_date=machine,
        opening_capital=lambda text: text[:1].upper() + text[1:],
    )
    state.app.jinja_env.globals.update(pillar_labels=labels)


@bp.get("/")
def start() -> Response:
    """Send a reader to their language."""
    response = make_response(redirect(url_for(".home", lang=preferred()), 302))
    response.vary.add("Accept-Language")
    return response


@localised(bp, en="/", es="/")
@kept
def home() -> str:
    """What the dialogue is, what is open for input, what was said and answered last."""
    return render_template(
        "reading/home.html",
        dialogue=_dialogue(),
        pillars=pillars.pillars(db.session),
        initiatives=pillars.number_of_initiatives(db.session),
        promises=pillars.promises(db.session),
        milestones=pillars.to_come(db.session)[:DATES_ON_HOME],
        latest=publications.latest(db.session, LATEST_ON_HOME + 1),
        responses=publications.latest_responses(db.session, 1),
        agencies={agency.id: agency for agency in pillars.agencies(db.session)},
    )


@localised(bp, en="/pillars/<int(min=1, max=4):number>", es="/pilares/<int(min=1, max=4):number>")
@kept
def pillar(number: int) -> str:
    """One pillar: its aims, every workstream with every initiative, what people say."""
    shown = pillars.pillar(db.session, number) or abort(404)
    return render_template(
        "reading/pillar.html",
        pillar=shown,
        dialogue=_dialogue(),
        number_published=publications.number_published(db.session, number),
        number_of_responses=publications.number_of_responses(db.session, number),
        latest=publications.latest(db.session, VOICES_ON_PILLAR, pillar=number),
    )


@localised(
    bp, en="/pillars/<int(min=1, max=4):number>/<slug:slug>", es="/pilares/<int(min=1, max=4):number>/<slug:slug>"
)
@kept
def workstream(number: int, slug: str) -> str:
    """One workstream with all its initiatives."""
    shown = pillars.by_slug(db.session, number, slug, g.language) or abort(404)
    g.twin_values = {"slug": shown.slug[OTHER[g.language]]}
    return render_template("reading/workstream.html", workstream=shown, pillar=shown.pillar, dialogue=_dialogue())


@localised(bp, en="/timeline", es="/calendario")
@kept
def timeline() -> str:
    """Meetings and dated initiatives, in order; then what is planned without a date."""
    return render_template(
        "reading/timeline.html",
        dialogue=_dialogue(),
        milestones=pillars.milestones(db.session),
        undated=pillars.planned_without_date(db.session),
    )


@localised(bp, en="/about", es="/acerca")
@kept
def about() -> str:
    """What the dialogue is, who leads it and takes part, and where these facts come from."""
    return render_template(
        "reading/about.html",
        dialogue=_dialogue(),
        co_chairs=pillars.co_chairs(db.session),
        meetings=pillars.meetings(db.session),
        agencies=pillars.agencies(db.session),
        places=pillars.places(db.session),
        priority_groups=pillars.priority_groups(db.session),
    )


@localised(bp, en="/promise", es="/promesa")
@kept
def promise() -> str:
    """What both governments promised, and how the portal keeps it."""
    return render_template("reading/promise.html", promises=pillars.promises(db.session))


def _dialogue() -> Dialogue:
    """Before the first load there is nothing to read yet: 503, which says to come back."""
    return pillars.dialogue(db.session) or abort(503)
