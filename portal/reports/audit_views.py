"""The audit log for those who watch over it: who did what, and whether the log is as it was written."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

import portal.accounts.store as accounts
import portal.reports.event_store as trail_events
from portal import db
from portal.accounts.gate import may_open, needs
from portal.accounts.rules import Permission
from portal.audit import store as audit
from portal.audit import verify
from portal.audit.rules import Fault
from portal.clock import utcnow
from portal.i18n import ENGLISH, ZONE, localised
from portal.limits import EXPORT, STAFF_WRITE, limited
from portal.reports import audit_words
from portal.reports.audit_actions import action_words
from portal.reports.audit_details import detail_words
from portal.reports.audit_form import TrailForm
from portal.reports.csv_file import BYTE_ORDER_MARK, defused
from portal.reports.download import download
from portal.reports.event_store import Event, Filters
from portal.reports.export import Export
from portal.submissions import receipts

ROWS = 50
LARGEST_ID = 2**31
ITEM = "staff.moderation.item"
FILE_NAME = {"en": "audit-log.csv", "es": "bitacora.csv"}

bp = Blueprint("audit", __name__)


@dataclass(frozen=True)
class Line:
    """One event in the reader's words; `url` is where they may read what it is about."""

    event: Event
    who: str
    what: str
    about: str
    url: str | None
    details: list[tuple[str, str]]


@dataclass(frozen=True)
class State:
    """What is known of the log as a whole: how many events there are, and what the last check found."""

    number: int
    under_way: bool
    checked_at: datetime | None = None
    checked: int | None = None
    wrong: str | None = None
    end: str | None = None


@localised(bp, en="/staff/audit", es="/equipo/bitacora")
@needs(Permission.READ_AUDIT)
def trail() -> ResponseReturnValue:
    """Show the log, newest first, narrowed to what was asked for."""
    form = asked()
    if not form.validate():
        return render_template("audit/trail.html", form=form, lines=[], state=state()), 422
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < LARGEST_ID:
        abort(404)
    found = trail_events.page(db.session, form.filters(), before=before, limit=ROWS)
    following: dict[str, Any] | None = {**form.query(), "before": found.next_before} if found.next_before else None
    return render_template(
        "audit/trail.html",
        form=form,
        lines=lines(db.session, found.events, g.language),
        state=state(),
        next_url=url_for(".trail", **following) if following else None,
        newest_url=url_for(".trail", **form.query()) if before else None,
        file_url=url_for(".take_away", **form.query()),
    )


@localised(bp, en="/staff/audit/check", es="/equipo/bitacora/verificacion", methods=["POST"])
@limited(STAFF_WRITE)
@needs(Permission.READ_AUDIT)
def check() -> ResponseReturnValue:
    """Check the log now; a long one behind the scenes."""
    now, actor_id = utcnow(), g.staff.id
    if trail_events.newest_id(db.session) <= verify.AT_ONCE:
        with closing(db.snapshot(current_app)) as session:
            verdict = audit.check(session)
        with db.transaction() as session:
            verify.note(session, verdict, actor_id=actor_id, now=now)
    elif not trail_events.check_is_under_way(db.session):
        with db.transaction() as session:
            verify.ask(session, actor_id=actor_id, now=now)
    return redirect(url_for(".trail"), 303)


@localised(bp, en="/staff/audit/file", es="/equipo/bitacora/archivo", methods=["POST"])
@limited(EXPORT)
@needs(Permission.READ_AUDIT)
def take_away() -> ResponseReturnValue:
    """Take what is shown away as a CSV file; that it was taken is recorded."""
    form, language = asked(), g.language
    if not form.validate():
        return redirect(url_for(".trail", **form.query()), 303)
    filters, actor_id = form.filters(), g.staff.id

    def make(session: Session) -> Export:
        number = trail_events.count(session, filters)
        return Export(FILE_NAME[language], "text/csv; charset=utf-8", number, written(session, filters, language))

    def remember(made: Export) -> None:
        with db.transaction() as session:
            what = {"rows": made.rows, "format": "csv", "narrowed": form.narrows}
            audit.record(session, "export:made", "export:audit", actor_id=actor_id, now=utcnow(), **what)

    return download(current_app, make, remember)


def asked() -> TrailForm:
    """Read the filters of the address."""
    names = accounts.names(db.session, trail_events.actor_ids(db.session))
    return TrailForm(g.language, names, formdata=request.args)


def lines(session: Session, events: list[Event], language: str) -> list[Line]:
    """Put events into the reader's words."""
    people = {event.actor_id for event in events} | {audit_words.staff_in(event.subject) for event in events}
    names = accounts.names(session, {number for number in people if number})
    return [
        Line(
            event,
            audit_words.actor_words(event, names, language),
            action_words(event.action, language),
            about(event, names, language),
            address_of(event.subject),
            detail_words(event.detail, language),
        )
        for event in events
    ]


def about(event: Event, names: dict[int, str], language: str) -> str:
    """Say what an event was about; nothing where somebody did it to themselves, as when they sign in."""
    themselves = event.actor_id is not None and audit_words.staff_in(event.subject) == event.actor_id
    return "" if themselves else audit_words.subject_words(event.subject, names, language)


def address_of(subject: str) -> str | None:
    """Give where the reader may read about a subject, if anywhere."""
    kind, _colon, key = subject.partition(":")
    if kind == "submission" and receipts.parse_code(key) and may_open(ITEM):
        return str(url_for(ITEM, folio=receipts.spelled(key)))
    return None


def state() -> State:
    """Say what is known of the log as a whole."""
    last = trail_events.last_check(db.session)
    number, under_way = trail_events.newest_id(db.session), trail_events.check_is_under_way(db.session)
    if last is None:
        return State(number, under_way)
    detail = last.detail
    return State(number, under_way, last.at, detail.get("events"), wrong(detail), detail.get("end"))


def wrong(detail: dict[str, object]) -> str | None:
    """Say what a check found wrong, in the reader's language; None where the log was whole."""
    found = detail.get("found")
    if found == "whole":
        return None
    try:
        words = audit_words.FAULTS[Fault(str(found))][g.language]
    except ValueError:
        return str(_("The result of the last check cannot be read."))
    return str(words.format(id=detail.get("broken", "–")))


def written(session: Session, filters: Filters, language: str) -> Iterator[bytes]:
    """Write the log as chunks of a CSV file, oldest first, in the reader's words with the codes beside them."""
    yield BYTE_ORDER_MARK.encode()
    yield line_of(heading(language))
    names: dict[int, str] = {}
    for event in trail_events.events(session, filters):
        wanted = {number for number in (event.actor_id, audit_words.staff_in(event.subject)) if number}
        if missing := wanted - names.keys():
            names |= dict.fromkeys(missing, "") | accounts.names(session, missing)
        yield line_of(
            (
                str(event.id),
                event.at.astimezone(ZONE).isoformat() if event.at else "",
                audit_words.actor_words(event, names, language),
                action_words(event.action, language),
                audit_words.subject_words(event.subject, names, language),
                event.action,
                event.subject,
                json.dumps(event.detail, ensure_ascii=False, sort_keys=True),
            )
        )


def heading(language: str) -> Iterable[str]:
    """Name the columns of the file."""
    if language == ENGLISH:
        return ("number", "time", "who", "what", "about", "action", "subject", "details")
    return ("numero", "hora", "quien", "que", "sobre", "accion", "asunto", "detalles")


def line_of(cells: Iterable[str]) -> bytes:
    """Write one line of a CSV file."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerow([defused(cell) for cell in cells])
    return buffer.getvalue().encode()
