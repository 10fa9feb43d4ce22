"""The gate in front of every staff page: closed by default.

All staff views lie under one parent blueprint, made anew for each application. A stranger is sent to sign in, somebody
who showed a password to the second factor; a member of staff passes where the view names a permission that they have.
A view that names none is closed to everyone. A view marked `@fresh` asks for a factor again where the last one was
shown some time ago. What somebody typed is kept through all of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

import portal.accounts.store as accounts
from portal import db, errors, frame
from portal.accounts import kept_form, security
from portal.accounts.models import Staff
from portal.accounts.rules import Permission, permissions_of
from portal.clock import utcnow

OPEN_TO_STRANGERS = frozenset(
    {
        "staff.door.sign_in",
        "staff.door.sign_in_by_passkey",
        "staff.links.cannot_sign_in",
        "staff.links.welcome",
        "staff.single_sign_on.start",
        "staff.single_sign_on.back",
        "staff.single_sign_on.refused",
    }
)
HALF_WAY_IN = frozenset({"staff.door.second_factor", "staff.door.set_up", "staff.door.leave"})
ALL_STAFF = "all staff"
FAILED = 400  # statuses from here on say that a request was not taken
SIGN_IN, SIGN_OUT, HOME = "staff.door.sign_in", "staff.door.sign_out", "staff.door.home"
SECOND_FACTOR, SET_UP = "staff.door.second_factor", "staff.door.set_up"
NEVER_KEPT = OPEN_TO_STRANGERS | HALF_WAY_IN | {"staff.door.confirm", SIGN_OUT, "staff.me.password"}
CONFIRM, GO_ON, ME = "staff.door.confirm", "staff.door.go_on", "staff.me.me"


@dataclass(frozen=True)
class Section:
    """A part of the staff's portal: its name, what one does there, where it begins, and who may go there."""

    label: Any
    purpose: Any
    endpoint: str
    permission: Permission


SECTIONS = (
    Section(
        _l("Queue"),
        _l("Read what people sent and decide what is published."),
        "staff.moderation.queue",
        Permission.MODERATE,
    ),
    Section(
        _l("Reports"),
        _l("See what was said, in figures for the scope you choose."),
        "staff.reports.summary",
        Permission.ANALYSE,
    ),
    Section(
        _l("Exports"),
        _l("Take the rows of a scope away as a file."),
        "staff.reports.exports",
        Permission.ANALYSE,
    ),
    Section(
        _l("Responses"),
        _l("Answer a set of published submissions for a government."),
        "staff.publication.responses",
        Permission.RESPOND,
    ),
    Section(
        _l("Accounts"),
        _l("Invite colleagues, and say what each of them may do."),
        "staff.accounts.people",
        Permission.MANAGE_ACCOUNTS,
    ),
    Section(
        _l("Audit log"),
        _l("See who did what, and check that the log is as it was written."),
        "staff.audit.trail",
        Permission.READ_AUDIT,
    ),
)


@dataclass(frozen=True)
class CurrentStaff:
    """Who is asking, as the views know them: `g.staff`."""

    id: int
    name: str
    country: str
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        """Say whether they have a permission."""
        return permission in self.permissions


@dataclass(frozen=True)
class StaffNavigation(frame.Navigation):
    """The links of a staff page, beside those of a public one."""

    staff: list[frame.Link]
    staff_home: str
    me: str
    sign_out: str


def needs(permission: Permission) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Open a view to staff who have a permission."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.needs = permission  # type: ignore[attr-defined]
        return view

    return mark


def open_to_all_staff(view: Callable[..., Any]) -> Callable[..., Any]:
    """Open a view to everyone who is signed in."""
    view.needs = ALL_STAFF  # type: ignore[attr-defined]
    return view


def fresh(view: Callable[..., Any]) -> Callable[..., Any]:
    """Ask whoever opens a view for a factor again, unless they showed one a short while ago."""
    view.fresh = True  # type: ignore[attr-defined]
    return view


def staff_blueprint() -> Blueprint:
    """Make the parent of every staff blueprint, with the gate in it."""
    staff = Blueprint("staff", __name__)
    staff.before_request(let_in)
    staff.after_request(forget_sent)
    staff.register_error_handler(CSRFError, out_of_date)
    staff.context_processor(context)
    return staff


def count_by(blueprint: Blueprint, endpoint: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Show what a function counts beside the link to a section."""

    def remember(count: Callable[[], int]) -> Callable[[], int]:
        blueprint.record(lambda state: state.app.extensions.setdefault("staff counts", {}).update({endpoint: count}))
        return count

    return remember


def let_in() -> ResponseReturnValue | None:
    """Send strangers to sign in, refuse those without the permission, and let the rest pass as `g.staff`."""
    g.staff = current_staff()
    endpoint = request.endpoint or ""
    if endpoint in OPEN_TO_STRANGERS:
        return None
    if g.staff is None:
        return stop_stranger(endpoint)
    if endpoint in HALF_WAY_IN:
        return redirect(url_for(HOME), 303)
    if request.method == "POST" and (kept := kept_form.waiting()) and kept.address == request.full_path.rstrip("?"):
        g.sent_again = True
    if not may_open(endpoint):
        abort(403)
    return ask_again() if getattr(current_app.view_functions[endpoint], "fresh", False) else None


def forget_sent(response: Response) -> Response:
    """Keep a form no longer once it was sent again and taken."""
    if g.get("sent_again") and response.status_code < FAILED:
        kept_form.forget()
    return response


def ask_again() -> ResponseReturnValue | None:
    """Send somebody whose last factor was long ago to show one again, their form kept; None where it is recent.

    For views that need it in some cases alone; the others are marked `@fresh`.
    """
    if security.is_fresh(now=utcnow()):
        return None
    keep_typed()
    return redirect(url_for(CONFIRM, next=onward()), 303)


def stop_stranger(endpoint: str) -> ResponseReturnValue | None:
    """Send whoever is not signed in to the step that they are at; keep what they typed where a session had ended."""
    if (person := security.half_way()) is not None:
        if endpoint in HALF_WAY_IN:
            return None
        return redirect(url_for(next_step(db.session, person), next=onward()), 303)
    if keep_typed():
        return redirect(url_for(SIGN_IN, next=url_for(GO_ON), kept=1), 303)
    return redirect(url_for(SIGN_IN, next=onward()), 303)


def next_step(session: Session, person: Staff) -> str:
    """Tell what somebody who showed a password owes: a second factor, or setting one up."""
    has_one = person.sealed_totp is not None or accounts.passkeys(session, person.id)
    return SECOND_FACTOR if has_one else SET_UP


def onward() -> str | None:
    """Give the address to come back to: that of a page, never of something that a button did."""
    return request.full_path.rstrip("?") if request.method == "GET" else None


def out_of_date(_error: CSRFError) -> ResponseReturnValue:
    """Answer a form whose token has run out: sent from our own page, its words are kept and can be sent again."""
    g.staff = current_staff()
    if not is_from_here() or not keep_typed():
        return errors.page(BadRequest())
    if g.staff is None:
        return redirect(url_for(SIGN_IN, next=url_for(GO_ON), kept=1), 303)
    return redirect(url_for(GO_ON), 303)


def keep_typed() -> bool:
    """Keep the form of this request in the session, sealed, for `go_on`; False where there is nothing to keep.

    A form of somebody without any session is not kept: nobody could say whose it is.
    """
    g.sent_again = False  # what is sent again and asked to wait again stays kept
    return request.method == "POST" and request.endpoint not in NEVER_KEPT and kept_form.keep()


def is_from_here() -> bool:
    """Say whether a browser vouches that a form was sent by a page of this portal, and not by another site's."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return request.headers.get("Origin") == request.host_url.rstrip("/")


def current_staff() -> CurrentStaff | None:
    """Tell who is signed in; nobody, where the account was closed meanwhile."""
    person: Staff = current_user._get_current_object()
    if not person.is_authenticated:
        return None
    security.follow_roles(person)
    permissions = permissions_of({role.name for role in person.roles})
    return CurrentStaff(person.id, person.name, person.country, permissions)


def may_open(endpoint: str) -> bool:
    """Say whether whoever is signed in may open a view."""
    needed = getattr(current_app.view_functions[endpoint], "needs", None)
    return g.staff is not None and (needed == ALL_STAFF or (isinstance(needed, Permission) and g.staff.may(needed)))


def my_sections() -> list[tuple[Section, int | None]]:
    """List the sections open to whoever is signed in, each with its count where it has one."""
    counts = current_app.extensions.get("staff counts", {})
    mine = [s for s in SECTIONS if s.endpoint in current_app.view_functions and may_open(s.endpoint)]
    if g.get("failing"):  # an error page counts nothing: the database may be what failed
        counts = {}
    return [(section, counts[section.endpoint]() if section.endpoint in counts else None) for section in mine]


def section_of(endpoint: str, sections: list[Section]) -> Section | None:
    """Tell to which section a page belongs: the one that begins there, else the first of the same room."""
    room = endpoint.rpartition(".")[0]
    begins = [section for section in sections if section.endpoint == endpoint]
    return next(iter(begins or [s for s in sections if s.endpoint.rpartition(".")[0] == room]), None)


def context() -> dict[str, Any]:
    """Give staff pages their frame: who is signed in, and the links they may follow."""
    public = frame.navigation(current_app.view_functions.__contains__)
    mine = my_sections() if g.get("staff") else []
    current = section_of(request.endpoint or "", [section for section, _count in mine])
    links = [frame.Link(url_for(s.endpoint), str(s.label), s == current, count) for s, count in mine]
    navigation = StaffNavigation(public.main, public.footer, links, url_for(HOME), url_for(ME), url_for(SIGN_OUT))
    return {"navigation": navigation, "current_staff": g.get("staff")}
