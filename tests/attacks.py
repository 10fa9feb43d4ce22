"""What attacks aim at: every address that takes a form, every browser's cookies, and all that is written."""

from collections.abc import Iterator
from copy import copy
from typing import Any

from flask import Flask, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from portal.accounts.rules import is_staff_path
from portal.db import Base
from tests.staff import PASSWORD, Member
from tests.visitor import Visitor

NEW_WITH_EACH_REQUEST = {"staff_session"}
Rows = dict[str, list[tuple[Any, ...]]]


def all_rows(session: Session) -> Rows:
    """Read all that the database holds, apart from when a session was last seen."""
    session.rollback()
    tables = (table for table in Base.metadata.sorted_tables if table.name not in NEW_WITH_EACH_REQUEST)
    return {table.name: sorted(map(tuple, session.execute(select(table))), key=repr) for table in tables}


def staff_rules(app: Flask, method: str) -> list[Rule]:
    """List the staff's addresses that take a method."""
    return [rule for rule in app.url_map.iter_rules() if is_staff_path(rule.rule) and method in (rule.methods or ())]


def addresses(app: Flask, rules: list[Rule], values: dict[str, Any]) -> Iterator[tuple[Rule, str]]:
    """Write the address of each rule, in its own language, with values for what stands in it."""
    with app.test_request_context():
        for rule in rules:
            wanted = {name: values[name] for name in rule.arguments if name != "lang"}
            yield rule, url_for(rule.endpoint, lang=rule.rule[1:3], **wanted)


def token_of(page: Any) -> str:
    """Read the form token of a page."""
    return str(page.html.select_one("[name=csrf_token]")["value"])


def copy_of(member: Visitor, address: str = "198.51.100.7") -> Visitor:
    """Give a thief's browser, elsewhere, with the cookies that another holds at this moment."""
    thief = Visitor(member.flask, address)
    for cookie in member.cookiejar:
        thief.cookiejar.set_cookie(copy(cookie))
    return thief


def plant(browser: Visitor, name: str, value: str) -> None:
    """Put a cookie into a browser as if the portal had set it."""
    browser.open("staff.door.sign_in")
    planted = copy(next(iter(browser.cookiejar)))
    planted.name, planted.value = name, value
    browser.cookiejar.set_cookie(planted)


def another_browser(member: Member) -> Member:
    """Give the same person a second browser."""
    other = Member(member.flask, member.staff_id, member.email, member.secret, member.codes)
    other._last = member._last
    return other


def button(page: Any, end: str | tuple[str, ...]) -> Any:
    """Find the form of a page that leads to an address with this end."""
    return next(form for form in page.forms.values() if form.action.split("?")[0].endswith(end))


def type_password(browser: Visitor, email: str, password: str = PASSWORD, **how: Any) -> Any:
    """Send address and password at the door; `ticket` shows that a wait was kept."""
    form = browser.open("staff.door.sign_in").forms[0]
    form["email"], form["password"] = email, password
    if "ticket" in how:
        form["ticket"].force_value(how["ticket"])
    return form.submit(status=how.get("status", 303))
