"""Who may open what: every staff page by every method, for every role of both governments, beside a table.

`permissions.txt` is written to be read by people. A cell says `yes` for both governments, `US` or `MX` for one of
them, `-` for neither. Where a page is of one submission, it is asked for twice: for one that both governments may
read, and for one that is shown to the United States alone.
"""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from webtest import TestResponse

import portal.submissions.store as submissions
from portal import db
from portal.accounts.gate import HALF_WAY_IN, OPEN_TO_STRANGERS
from portal.accounts.rules import Role, StaffCountry
from portal.clock import utcnow
from portal.moderation.restrict import restrict
from portal.submissions.receipts import spelled
from tests.builders import a_submission
from tests.staff import Member, an_account
from tests.visitor import Visitor

TABLE = Path(__file__).with_name("permissions.txt")
OF_ONE = "folio"
NOTHING: dict[str, Any] = {"number": 999_999, "browser": "00", "name": "submissions.csv"}
ENDS_THE_SESSION = ("staff.door.sign_out", "staff.me.end_all_sessions", "staff.me.recovery_codes")


class Quiet(Member):
    """A member of staff who opens pages without looking at them."""

    def do_request(self, req: Any, status: Any = None, expect_errors: Any = None) -> TestResponse:
        return super(Visitor, self).do_request(req, "*", True)


def pages(app: Flask) -> Iterator[tuple[str, str, set[str]]]:
    """Give each staff page's endpoint, method and arguments; those that end the session come last."""
    closed = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("staff.")
        and rule.endpoint not in OPEN_TO_STRANGERS | HALF_WAY_IN
        and rule.rule.startswith("/en/")
    ]
    for rule in sorted(closed, key=lambda rule: (rule.endpoint in ENDS_THE_SESSION, rule.endpoint)):
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            yield rule.endpoint, method, rule.arguments - {"lang"}


def confidential(app: Flask) -> str:
    """A submission that the United States alone may read."""
    code = a_submission(app, confidentiality="governments_only", public_summary="Un resumen para todos.").code
    reviewer = an_account(app, Role.REVIEWER, email="reviewer@example.org", country=StaffCountry.US)
    with app.app_context(), db.transaction() as session:
        submission = submissions.by_code(session, code)
        assert submission
        restrict(session, submission.id, actor_id=reviewer.staff_id, now=utcnow())
    return code


def opens(member: Member, endpoint: str, method: str, arguments: set[str], folio: str) -> bool:
    """Say whether somebody gets past the gate to a page, whatever it then makes of an empty form."""
    values: dict[str, Any] = {name: spelled(folio) if name == OF_ONE else NOTHING[name] for name in arguments}
    with member.flask.test_request_context():
        address = url_for(endpoint, lang="en", **values)
    if method == "GET":
        answer = member.get(address)
    else:
        token = member.get("/en/staff/me").forms[0]["csrf_token"].value
        answer = member.post(address, {"csrf_token": token})
    assert answer.status_int < 500, f"{method} {address}: {answer.status}"
    led_away = 300 <= answer.status_int < 400 and "/staff/sign-in" in answer.location and "out" not in endpoint
    assert not led_away or endpoint in ENDS_THE_SESSION, f"{method} {address}: led to {answer.location}"
    return answer.status_int not in ({403, 404} if OF_ONE in arguments else {403})


def table(app: Flask) -> str:
    """Write who may open what."""
    open_to_both, of_one = a_submission(app).code, confidential(app)
    asked: dict[tuple[str, str, str], dict[tuple[Role, StaffCountry], bool]] = {}
    for role, country in product(Role, StaffCountry):
        member = an_account(app, role, email=f"{role}.{country}@example.org", country=country)
        member.__class__ = Quiet
        member.sign_in()
        for endpoint, method, arguments in pages(app):
            folios = {"": open_to_both} | ({" of one government": of_one} if OF_ONE in arguments else {})
            for kind, folio in folios.items():
                may = opens(member, endpoint, method, arguments, folio)
                asked.setdefault((endpoint.removeprefix("staff."), method, kind), {})[role, country] = may
                if endpoint in ENDS_THE_SESSION[:2]:
                    member.sign_in()
    width = max(len(name + kind) for name, _method, kind in asked) + 2
    lines = [f"{'':{width}}{'':6}" + "".join(f"{role:15}" for role in Role)]
    for (name, method, kind), who in sorted(asked.items()):
        cells = [said({country for country in StaffCountry if who[role, country]}) for role in Role]
        lines.append(f"{name + kind:{width}}{method:6}" + "".join(f"{cell:15}" for cell in cells))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def said(countries: set[StaffCountry]) -> str:
    """Write for which governments a cell stands."""
    return {0: "-", 1: "".join(countries), 2: "yes"}[len(countries)]


def test_everyone_opens_what_the_table_says_and_nothing_else(app: Flask) -> None:
    assert table(app) == TABLE.read_text()
