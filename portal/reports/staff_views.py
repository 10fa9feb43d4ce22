"""Figures and files for staff: any scope, on the page and to take away."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

import portal.pillars.store as pillars
from portal import db
from portal.accounts.gate import ask_again, needs
from portal.accounts.rules import Permission
from portal.audit.store import record
from portal.clock import utcnow
from portal.i18n import localised
from portal.limits import EXPORT, limited
from portal.reports import charts
from portal.reports.download import download
from portal.reports.export import Export, Format, export
from portal.reports.forms import ExportForm, ScopeForm
from portal.reports.rules import Scope
from portal.reports.summarise import summarise

bp = Blueprint("reports", __name__)


@localised(bp, en="/staff/reports", es="/equipo/informes")
@needs(Permission.ANALYSE)
def summary() -> ResponseReturnValue:
    """What was said and decided in a scope."""
    form = ScopeForm(g.language, formdata=request.args)
    if not form.validate():
        return render_template("reports/report.html", form=form, summary=None), 422
    scope = seen_by_me(form.scope())
    values: dict[str, Any] = scope.as_filters()
    return render_template(
        "reports/report.html",
        form=form,
        scope=scope,
        summary=summarise(db.session, scope),
        titles={pillar.number: pillar.title for pillar in pillars.pillars(db.session)},
        charts=charts,
        export_url=url_for(".exports", **values),
    )


@localised(bp, en="/staff/exports", es="/equipo/exportaciones", methods=["GET", "POST"])
@needs(Permission.ANALYSE)
@limited(EXPORT, methods=("POST",))
def exports() -> ResponseReturnValue:
    """Choose a scope and a format; take the rows away."""
    may_take_all = g.staff.may(Permission.EXPORT_UNPUBLISHED)
    typed = request.form if request.method == "POST" else request.args
    form = ExportForm(g.language, may_take_all=may_take_all, formdata=typed or None)
    if request.method == "POST" and form.takes_all and not may_take_all:
        abort(403)
    if not form.validate_on_submit():
        return render_template("reports/exports.html", form=form), 422 if form.is_submitted() else 200
    if form.takes_all and (asked := ask_again()):
        return asked
    scope, format, language = (
        seen_by_me(form.scope(published_only=not form.takes_all)),
        Format(form.format.data),
        form.written_in.data,
    )

    def remember(made: Export) -> None:
        what = {"rows": made.rows, "format": format.value, "scope": scope.as_recorded()}
        with db.transaction() as session:
            record(
                session,
                "export:made",
                f"export:{'public' if scope.published_only else 'all'}",
                actor_id=g.staff.id,
                now=utcnow(),
                **what,
            )

    return download(current_app, lambda session: export(session, scope, format, language), remember)


def seen_by_me(scope: Scope) -> Scope:
    """Let a scope hold what is shown to the government of whoever is signed in, not what only the other sees."""
    return replace(scope, governments=frozenset({g.staff.country}))
