"""The gate in front of every staff page: closed by default.

All staff views lie under one parent blueprint, made anew for each application. A stranger is sent to sign in; a member
of staff passes where the view names a permission that they have. A view that names none is closed to everyone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from portal import frame
from portal.accounts.models import Staff
from portal.accounts.rules import Permission, permissions_of

OPEN_TO_STRANGERS = frozenset({"staff.accounts.sign_in", "staff.accounts.welcome"})
ALL_STAFF = "all staff"
SIGN_IN, HOME, SIGN_OUT = "staff.accounts.sign_in", "staff.accounts.home", "staff.accounts.sign_out"


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


def staff_blueprint() -> Blueprint:
    """Make the parent of every staff blueprint, with the gate in it."""
    staff = Blueprint("staff", __name__)
    staff.before_request(let_in)
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
    if request.endpoint in OPEN_TO_STRANGERS:
        return None
    if g.staff is None:
        onward = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for(SIGN_IN, next=onward), 303)
    if not may_open(request.endpoint or ""):
        abort(403)
    return None


def current_staff() -> CurrentStaff | None:
    """Tell who is signed in; nobody, where the account was closed meanwhile."""
    person: Staff = current_user._get_current_object()
    if not person.is_authenticated:
        return None
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
    navigation = StaffNavigation(public.main, public.footer, links, url_for(HOME), url_for(SIGN_OUT))
    return {"navigation": navigation, "current_staff": g.get("staff")}
