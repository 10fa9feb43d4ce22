"""What everyone may know: the summary, how moderation goes, and the data to take away."""

from flask import Blueprint, Response, abort, current_app, g, render_template, request

import portal.pillars.store as pillars
import portal.publication.store as publications
from portal import db
from portal.clock import utcnow
from portal.i18n import localised
from portal.kept_pages import kept
from portal.limits import EXPORT, limited
from portal.reports import charts
from portal.reports.columns import dictionary
from portal.reports.download import download as sent
from portal.reports.export import Format, export, words_of
from portal.reports.rules import SMALLEST_GROUP, BadScope, read_scope
from portal.reports.summarise import summarise_for_public

bp = Blueprint("reports", __name__)


@localised(bp, en="/summary", es="/resumen")
@kept
def summary() -> str:
    """What people said so far, in figures and charts."""
    return render_template(
        "reports/summary.html",
        summary=summarise_for_public(db.session, utcnow()),
        titles={pillar.number: pillar.title for pillar in pillars.pillars(db.session)},
        charts=charts,
        smallest=SMALLEST_GROUP,
    )


@localised(bp, en="/transparency", es="/transparencia")
@kept
def transparency() -> str:
    """How moderation goes: what was decided, why, and how long each language waited."""
    return render_template(
        "reports/transparency.html",
        summary=summarise_for_public(db.session, utcnow()),
        charts=charts,
        smallest=SMALLEST_GROUP,
    )


@localised(bp, en="/data", es="/datos")
@kept
def open_data() -> str:
    """What can be downloaded, and what its columns mean."""
    heads, *columns = dictionary(words_of(db.session, g.language))
    return render_template(
        "reports/open_data.html",
        number=publications.number_published(db.session),
        heads=heads,
        columns=columns,
    )


@localised(bp, en="/data/submissions.csv", es="/datos/aportaciones.csv")
@limited(EXPORT)
def download() -> Response:
    """Everything public as CSV, narrowed by the register's filters."""
    return _sent(Format.CSV)


@localised(bp, en="/data/submissions.<any(zip, xlsx):format>", es="/datos/aportaciones.<any(zip, xlsx):format>")
@limited(EXPORT)
def download_as(format: str) -> Response:
    """The same in another format."""
    return _sent(Format(format))


def _sent(format: Format) -> Response:
    try:
        scope = read_scope(request.args, published_only=True)
    except BadScope:
        abort(400)
    language = g.language
    return sent(current_app, lambda session: export(session, scope, format, language))
