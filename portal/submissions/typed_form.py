"""The form of the request at hand, read once, and whom its sending counts for.

Only what would be stored counts against a person: a form that is refused or only switches language does not, so that
nobody who mistypes is locked out. Every sending counts in a wider limit, and one with a ticket in a limit of its own.
"""

from flask import current_app, g, request

from portal import db
from portal.clock import utcnow
from portal.keys import Keys
from portal.limits import client, hashed
from portal.submissions import tickets
from portal.submissions.forms import SubmissionForm
from portal.submissions.offered import offered
from portal.submissions.tickets import Ticket


def typed() -> SubmissionForm:
    """Give the form of this request: what was typed, or an empty one with what the address presets."""
    if "submission_form" not in g:
        what = offered(db.session, g.language)
        workstream = request.args.get("workstream", "")
        pillar = what.pillar_of(workstream)
        form = SubmissionForm(
            pillar=pillar or request.args.get("pillar"), workstream=workstream if pillar is not None else ""
        )
        form.offer(what)
        g.submission_form = form
    form = g.submission_form
    assert isinstance(form, SubmissionForm)
    return form


def is_right() -> bool:
    """Say whether the rules take what was typed; they are asked once a request."""
    if "submission_is_right" not in g:
        g.submission_is_right = typed().validate()
    return bool(g.submission_is_right)


def is_switching() -> bool:
    """Say whether the form was sent only to go on in the other language."""
    return "switch" in request.form


def keys() -> Keys:
    """Give the portal's keys."""
    found = current_app.extensions["keys"]
    assert isinstance(found, Keys)
    return found


def held_ticket() -> Ticket | None:
    """Give the ticket that came with the form, if it is one for this attempt."""
    if not request.form.get("ticket"):
        return None
    form = typed()
    return tickets.read(keys(), form.ticket.data or "", form.attempt.data or "")


def has_waited() -> bool:
    """Say whether the form holds a ticket that lets it through."""
    ticket = held_ticket()
    return ticket is not None and ticket.is_open(utcnow())


def stores_nothing() -> bool:
    """Say that this sending counts against nobody."""
    return request.method != "POST" or is_switching() or not is_right()


def is_not_for_client() -> bool:
    """Say that this sending does not count in the limits that tickets lift."""
    return stores_nothing() or has_waited()


def is_not_for_tickets() -> bool:
    """Say that this sending does not count in the limit on sendings with a ticket."""
    return stores_nothing() or not has_waited()


def sender() -> str:
    """Name whom every sending counts for: the client, or, with a ticket, the one submission that it is for."""
    return hashed(f"attempt {typed().attempt.data}") if has_waited() else client()


def chosen_pillar() -> str:
    """Name the pillar that a right form goes to."""
    return hashed(f"pillar {typed().draft().pillar}")
