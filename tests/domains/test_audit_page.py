"""The audit log in the browser: who did what in the reader's words, narrowed, page by page, and checked on demand."""

import csv
import io
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import portal.audit.store as audit
from portal import db, jobs
from portal.accounts.rules import Role, StaffCountry
from portal.audit import verify
from portal.audit.models import AuditEvent
from portal.audit.store import ACTIONS
from portal.i18n import LANGUAGES
from portal.reports import audit_actions, audit_details, audit_words
from portal.reports.rules import Scope
from portal.submissions.receipts import spelled
from portal.submissions.rules import StakeholderType, Verdict
from tests.builders import a_decision, a_submission
from tests.staff import Member, StaffFactory
from tests.tampering import change, delete, insert, swap, tamper

TRAIL = "staff.audit.trail"
WHOLE = {"en": "The log is whole", "es": "La bitácora está íntegra"}


@pytest.fixture
def auditor(staff: StaffFactory) -> Member:
    """Somebody who reads the log and nothing else."""
    return staff(Role.AUDITOR, name="A. Prieto")


def events(page: Any) -> list[str]:
    return [" ".join(one.get_text(" ").split()) for one in page.html.select(".trail__event")]


def actions_in(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def fill(app: Flask, number: int, now: datetime) -> None:
    with app.app_context(), db.transaction() as session:
        subjects = [f"submission:{one}" for one in range(number)]
        audit.record_each(session, "original:opened", subjects, actor_id=None, now=now)


def test_every_action_is_named_in_both_languages() -> None:
    assert set(audit_actions.ACTIONS) >= ACTIONS
    assert {action.partition(":")[0] for action in ACTIONS} <= set(audit_actions.GROUPS)
    for labels in (audit_actions.ACTIONS, audit_actions.GROUPS):
        assert all(label.en.strip() and label.es.strip() for label in labels.values())


def test_every_detail_that_is_recorded_has_its_name() -> None:
    root = Path(audit_words.__file__).parent.parent
    named = set()
    for path in root.rglob("*.py"):
        for call in re.findall(r"record\(\s*\w+,\s*\"[a-z-]+:[a-z-]+\",(.*?)\)\n", path.read_text(), re.DOTALL):
            named |= set(re.findall(r"(?:^|[\s,])(\w+)=", call)) - {"actor_id", "now"}
    assert len(named) > 5
    assert named <= set(audit_details.WORDS)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "sector: Academia; as shown to: Mexico, United States"),
        ("es", "sector: Academia; según lo visible para: México, Estados Unidos"),
    ],
)
def test_a_scope_reads_as_words(language: str, words: str) -> None:
    governments = frozenset(StaffCountry)
    scope = Scope(stakeholder_type=StakeholderType.ACADEMIA, governments=governments)
    assert [value for _name, value in audit_details.detail_words({"scope": scope.as_recorded()}, language)] == [words]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_single_sign_on_did_is_not_laid_to_an_operator(
    app: Flask, auditor: Member, language: str, now: datetime
) -> None:
    details: dict[str, Any] = {"before": ["reviewer"], "roles": [], "by": "oidc"}
    with app.app_context(), db.transaction() as session:
        audit.record(session, "account:roles-changed", "staff:1", actor_id=None, now=now, **details)
        audit.record(session, "account:roles-changed", "staff:1", actor_id=None, now=now, before=[], roles=["auditor"])
    by_command, by_provider = events(auditor.open(TRAIL, language))[:2]
    assert audit_words.COMMAND[language] in by_command
    assert audit_words.SINGLE_SIGN_ON[language] in by_provider
    assert audit_words.COMMAND[language] not in by_provider


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_newest_events_stand_first_in_the_readers_words(app: Flask, auditor: Member, language: str) -> None:
    receipt = a_decision(app, Verdict.PUBLISH)
    shown = events(auditor.open(TRAIL, language))
    words = {"en": ("Public version published", "The portal"), "es": ("Versión pública difundida", "El portal")}
    assert all(part in shown[0] for part in (*words[language], spelled(receipt.code)))
    received = next(one for one in shown if audit_actions.ACTIONS["submission:received"][language] in one)
    assert audit_words.PERSON_OUTSIDE[language] in received
    assert {"en": "Channel: Form", "es": "Canal: Formulario"}[language] in received
    assert any("A. Prieto" in one for one in shown)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR, Role.ADMINISTRATOR}))
def test_the_log_is_closed_to_others(staff: StaffFactory, role: Role) -> None:
    member = staff(role)
    for language in LANGUAGES:
        member.open(TRAIL, language, status=403)


def test_a_subject_is_a_link_for_those_who_may_read_it(app: Flask, staff: StaffFactory, auditor: Member) -> None:
    receipt = a_submission(app)
    both = staff(Role.AUDITOR, Role.MODERATOR, name="R. Salas")
    assert both.open(TRAIL).html.select(f'.trail a[href$="{spelled(receipt.code)}"]')
    assert not auditor.open(TRAIL).html.select(".trail a")


def test_pages_follow_by_cursor_and_miss_nothing(app: Flask, auditor: Member, now: datetime) -> None:
    fill(app, 120, now)
    page, numbers = auditor.open(TRAIL), []
    while True:
        numbers += [int(re.findall(r"No\. ([\d,]+)", one)[0].replace(",", "")) for one in events(page)]
        following = page.html.select_one('a[rel="next"]')
        if following is None:
            break
        page = auditor.get(following["href"])
    assert numbers == list(range(max(numbers), 0, -1))
    assert page.html.select_one('a[rel="prev"]')


def test_the_log_is_narrowed(app: Flask, staff: StaffFactory, auditor: Member, session: Session, now: datetime) -> None:
    receipt = a_submission(app)
    other = a_submission(app)
    moderator = staff(Role.MODERATOR, name="R. Salas")
    moderator.open("staff.moderation.item", folio=spelled(receipt.code))

    def shown(**values: Any) -> list[str]:
        return events(auditor.open(TRAIL, **values))

    assert [("Submission received" in one, spelled(receipt.code) in one) for one in shown(about=receipt.code)] == [
        (False, True),
        (True, True),
    ]
    assert len(shown(what="submission:received")) == 2
    assert len(shown(what="submission")) == 2
    assert all("R. Salas" in one for one in shown(who=str(moderator.staff_id)))
    assert any(spelled(receipt.code) in one for one in shown(who=str(moderator.staff_id)))
    by_nobody = auditor.open(TRAIL, who="0").html.select(".trail__who")
    assert by_nobody
    assert not any("A. Prieto" in one.get_text() for one in by_nobody)
    tomorrow = (now + timedelta(days=2)).date().isoformat()
    assert shown(**{"from": tomorrow}) == []
    assert len(shown(what="submission", to=tomorrow, about=other.code)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("query", [{"about": "nothing"}, {"from": "soon"}, {"from": "2022-05-02", "to": "2022-05-01"}])
def test_filters_that_cannot_be_read_are_said(auditor: Member, language: str, query: dict[str, Any]) -> None:
    page = auditor.open(TRAIL, language, status=422, **query)
    assert page.html.select(".error")


@pytest.mark.parametrize("query", [{"before": "0"}, {"before": "99999999999999999999"}])
def test_a_cursor_of_no_sense_is_not_found(auditor: Member, query: dict[str, Any]) -> None:
    auditor.open(TRAIL, status=404, **query)


def test_no_event_fits_is_said(auditor: Member) -> None:
    assert "No event fits." in auditor.get("/en/staff/audit?from=2100-01-01").text


def test_the_log_says_that_nobody_checked_it_until_somebody_does(auditor: Member, session: Session) -> None:
    page = auditor.open(TRAIL)
    assert "Nobody has checked this log yet." in page.text
    page = press_check(page)
    assert WHOLE["en"] in page.text
    assert actions_in(session)[-1] == "audit:verified"
    assert "A. Prieto" in events(page)[0]


def press_check(page: Any) -> Any:
    form = next(form for form in page.forms.values() if form.action.endswith(("/check", "/verificacion")))
    return form.submit(status=303).follow()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda _: change(3, subject="submission:x"), "3"),
        (lambda _: delete(3), "3"),
        (lambda _: delete(1), "1"),
        (lambda _: swap(3, 4), "3"),
        (lambda now: insert(3, now), "4"),
    ],
)
@pytest.mark.parametrize("rehash", [False, True])
def test_a_log_that_was_tampered_with_is_said_to_be_broken(  # noqa: PLR0917  # cases and fixtures
    app: Flask, auditor: Member, now: datetime, act, words: str, rehash: bool, language: str
) -> None:
    fill(app, 5, now)
    tamper(app, act(now), rehash=rehash)
    page = press_check(auditor.open(TRAIL, language))
    broken = page.html.select_one(".note--warn")
    assert broken
    assert re.search(rf"\b{words}\b", broken.get_text())
    assert not page.html.select(".note--good")


def test_a_log_without_its_newest_event_is_said_to_be_broken(app: Flask, auditor: Member, now: datetime) -> None:
    fill(app, 5, now)
    with app.extensions["engine"].connect() as connection:
        last = connection.scalar(select(AuditEvent.id).order_by(AuditEvent.id.desc()).limit(1))
    assert last
    tamper(app, delete(last))
    page = press_check(auditor.open(TRAIL))
    assert f"Events are missing where event {last} should stand." in page.text


def test_a_row_that_makes_no_sense_is_shown_all_the_same(app: Flask, auditor: Member, now: datetime) -> None:
    fill(app, 3, now)
    tamper(app, change(3, action="=cmd", subject="<b>x</b>", detail={"a": {"b": 1}}))
    assert any("=cmd" in one and "<b>x</b>" in one for one in events(auditor.open(TRAIL)))


def test_a_long_log_is_checked_behind_the_scenes(app: Flask, auditor: Member, now: datetime, session: Session) -> None:
    fill(app, verify.AT_ONCE + 1, now)
    page = press_check(auditor.open(TRAIL))
    assert "The log is being checked." in page.text
    press_check(page)  # a second wish changes nothing
    assert jobs.run_due(app) == verify.AT_ONCE // verify.IN_ONE_PART + 1
    page = auditor.open(TRAIL)
    assert WHOLE["en"] in page.text
    assert "The log is being checked." not in page.text
    assert actions_in(session).count("audit:verified") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_is_taken_away_and_that_is_recorded(
    app: Flask, auditor: Member, session: Session, language: str
) -> None:
    a_submission(app)
    page = auditor.open(TRAIL, language, what="submission")
    form = next(form for form in page.forms.values() if "/file" in form.action or "/archivo" in form.action)
    answer = form.submit()
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert answer.content_type == "text/csv"
    assert len(rows) == 2
    assert rows[1][3] == audit_actions.ACTIONS["submission:received"][language]
    assert rows[1][5] == "submission:received"
    session.rollback()
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert last
    assert (last.action, last.subject, last.detail["rows"]) == ("export:made", "export:audit", 1)


def test_reading_what_waits_is_recorded(app: Flask, staff: StaffFactory, session: Session) -> None:
    receipt = a_submission(app)
    moderator = staff(Role.MODERATOR)
    before = len(actions_in(session))
    moderator.open("staff.moderation.queue")
    moderator.open("staff.moderation.item", folio=spelled(receipt.code))
    session.rollback()
    last = session.scalars(select(AuditEvent).where(AuditEvent.id > before).order_by(AuditEvent.id)).all()
    assert [(one.action, one.subject, one.actor_id, one.detail) for one in last] == [
        ("queue:listed", "queue", moderator.staff_id, {"rows": 1}),
        ("original:opened", f"submission:{receipt.code}", moderator.staff_id, {"undecided": True}),
    ]


def test_who_claimed_a_submission_is_known_to_read_it(app: Flask, staff: StaffFactory, session: Session) -> None:
    receipt = a_submission(app)
    moderator = staff(Role.MODERATOR)
    page = moderator.open("staff.moderation.queue")
    form = next(form for form in page.forms.values() if form.action.endswith("/next"))
    form.submit(status=303).follow()
    moderator.open("staff.moderation.item", folio=spelled(receipt.code))
    assert "original:opened" not in actions_in(session)


def test_an_empty_queue_reveals_nothing(staff: StaffFactory, session: Session) -> None:
    staff(Role.MODERATOR).open("staff.moderation.queue")
    assert "queue:listed" not in actions_in(session)
