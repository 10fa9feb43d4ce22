"""Keys: rotated with the old ones still read, sealed values bound to their place, secrets that stay secret."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import portal.submissions.store as submissions
from portal import create_app, db, key_files, sealed
from portal.accounts import invite
from portal.accounts.rules import Role, StaffCountry
from portal.cli import main
from portal.clock import utcnow
from portal.config import BadSetting, Settings
from portal.key_files import Kind
from portal.keys import UNNAMED, Keys, SealBroken, derived
from portal.submissions import tickets
from portal.submissions.models import Submission
from portal.submissions.receive import already_received, receive
from portal.submissions.row_file import Row
from portal.submissions.rules import Channel, Verdict
from portal.submissions.take_in import Taken, take_in
from tests.builders import a_decision, a_draft, a_submission
from tests.domains.test_submissions import fill, open_form
from tests.staff import Member, an_account
from tests.visitor import Visitor

OLD, NEW = "o" * 40, "n" * 40
Run = Callable[..., Result]
Restart = Callable[[], Flask]


@pytest.fixture
def portal(settings: Settings) -> Run:
    """Runs the console script on the test's database."""
    environment = {
        "PORTAL_DATA": str(settings.data),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_LOG_LEVEL": "ERROR",
    }
    return lambda *arguments, **more: CliRunner(env=environment | more).invoke(main, arguments)


@pytest.fixture
def rotated(settings: Settings, portal: Run) -> Iterator[Restart]:
    """Rotates both keys, as an operator does, and starts the portal anew."""
    apps = []

    def rotate() -> Flask:
        assert portal("keys", "rotate").exit_code == 0
        apps.append(create_app(settings))
        return apps[-1]

    yield rotate
    for app in apps:
        app.extensions["engine"].dispose()


def moved_to(app: Flask, visitor: Visitor) -> Visitor:
    """The same browser, with its cookies, at the portal after its restart."""
    after = Visitor(app)
    for cookie in visitor.cookiejar:
        after.cookiejar.set_cookie(cookie)
    return after


def number_stored(app: Flask) -> int:
    with db.open_session(app) as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


@given(st.text(), st.text())
def test_what_was_sealed_opens_in_its_place_alone(text: str, place: str) -> None:
    keys = derived([OLD], [OLD])
    value = keys.seal(text, f"version.body:{place}")
    assert keys.unseal(value, f"version.body:{place}") == text
    with pytest.raises(SealBroken):
        keys.unseal(value, f"contact.name:{place}")


def test_new_keys_open_what_old_ones_sealed_and_hash_as_they_did() -> None:
    old, both, new = derived([OLD], [OLD]), derived([NEW, OLD], [NEW, OLD]), derived([NEW], [NEW])
    value = old.seal("palabras", "version.body:A/1")
    assert both.unseal(value, "version.body:A/1") == "palabras"
    assert new.unseal(both.seal("palabras", "version.body:A/1"), "version.body:A/1") == "palabras"
    with pytest.raises(SealBroken):
        new.unseal(value, "version.body:A/1")
    assert both.keyed_hashes("attempt", "a") == [new.keyed_hash("attempt", "a"), old.keyed_hash("attempt", "a")]
    assert both.keyed_hash("attempt", "a") == new.keyed_hash("attempt", "a")
    assert both.all_marks("stem", ["agua"]) == old.marks("stem", ["agua"]) | new.marks("stem", ["agua"])
    assert both.signer("ticket").loads(old.signer("ticket").dumps("x")) == "x"
    assert new.signer("ticket").loads(both.signer("ticket").dumps("x")) == "x"


def test_values_from_before_keys_had_names_open_under_the_oldest() -> None:
    old = derived([OLD], [OLD])
    nonce = bytes(12)
    value = UNNAMED + nonce + AESGCM(old.field[0]).encrypt(nonce, b"palabras", b"version.body:A/1")
    for keys in (old, derived([NEW, OLD], [NEW, OLD])):
        assert keys.unseal(value, "version.body:A/1") == "palabras"


@pytest.mark.parametrize("change", [0, 1, 5, 8, -1])
def test_a_changed_or_cut_value_does_not_open(change: int) -> None:
    keys = derived([OLD], [OLD])
    value = bytearray(keys.seal("palabras", "version.body:A/1"))
    value[change] ^= 1
    for broken in (bytes(value), bytes(value[:10]), b""):
        with pytest.raises(SealBroken):
            keys.unseal(broken, "version.body:A/1")


def test_rotating_files_writes_the_new_key_first_and_keeps_the_old(portal: Run, settings: Settings) -> None:
    key_files.load_keys(settings)
    before = {kind: key_files.kept(settings, kind) for kind in Kind}

    assert portal("keys", "rotate", "--only", "field").exit_code == 0
    after = {kind: key_files.kept(settings, kind) for kind in Kind}

    assert after[Kind.SECRET] == before[Kind.SECRET]
    assert after[Kind.FIELD][1:] == before[Kind.FIELD]
    assert len(after[Kind.FIELD][0]) == 64
    written = settings.data / "field.key"
    assert written.read_text().splitlines() == after[Kind.FIELD]
    assert written.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in settings.data.glob("*.key*")} == {"field.key", "secret.key"}


def test_rotating_tells_to_restart_and_never_shows_a_key_of_a_file(portal: Run, settings: Settings) -> None:
    result = portal("keys", "rotate")
    assert "Restart every process" in result.output
    for kind in Kind:
        assert not any(key in result.output for key in key_files.kept(settings, kind))


def test_keys_of_the_environment_are_printed_and_nothing_is_changed(portal: Run, settings: Settings) -> None:
    kept = {path: path.read_bytes() for path in settings.data.iterdir()}
    result = portal("keys", "rotate", "--only", "secret", PORTAL_SECRET_KEY=f"{NEW}, {OLD}")
    found = re.search(r"^PORTAL_SECRET_KEY=(\S{64}),(\S+),(\S+)$", result.output, re.MULTILINE)
    assert found, result.output
    assert found.groups()[1:] == (NEW, OLD)
    assert {path: path.read_bytes() for path in settings.data.iterdir()} == kept


def test_a_short_key_among_several_and_an_empty_file_stop_the_portal(portal: Run, settings: Settings) -> None:
    result = portal("keys", "list", PORTAL_FIELD_KEY=f"{NEW},short")
    assert result.exit_code == 1
    assert "PORTAL_FIELD_KEY must have 32 characters" in result.output
    (settings.data / "field.key").touch()
    with pytest.raises(BadSetting, match=r"field\.key holds no key"):
        create_app(settings)


def test_the_list_counts_what_each_key_still_opens(app: Flask, rotated: Restart, portal: Run) -> None:
    a_submission(app, email="rosa@example.org")
    after = rotated()
    a_submission(after)
    a_submission(after)

    lines = [line.split("\t") for line in portal("keys", "list").output.splitlines()]

    field = [line for line in lines if line[0] == "field"]
    assert [line[2] for line in field] == ["newest", "older"]
    newest, older = lines.index(field[0]), lines.index(field[1])
    assert ["", "version.body", "2"] in lines[newest:older]
    assert ["", "version.body", "1"] in lines[older:]
    assert ["", "contact.email", "1"] in lines[older:]


def test_a_lost_key_is_missed_by_the_list(app: Flask, portal: Run, settings: Settings) -> None:
    a_submission(app)
    result = portal("keys", "list", PORTAL_FIELD_KEY=NEW)
    assert "MISSING" in result.output


def test_an_attempt_sent_again_after_a_rotation_gets_its_receipt_and_key(app: Flask, rotated: Restart) -> None:
    draft = a_draft()
    with app.app_context(), db.transaction() as session:
        first = receive(session, draft, now=utcnow())
    for _ in range(2):
        after = rotated()
        with after.app_context(), db.transaction() as session:
            again = receive(session, draft, now=utcnow())
        assert again == replace(first, is_new=False)
        with after.app_context():
            assert already_received(db.session, draft) == again
        assert number_stored(after) == 1


def test_an_imported_row_stays_known_after_a_rotation(app: Flask, rotated: Restart) -> None:
    row = Row(
        2, {"id": "P-1", "lang": "es", "pillar": "IV", "stakeholder_type": "ngo", "country": "MX", "text": "Más becas."}
    )

    def taken(portal: Flask) -> Any:
        with portal.app_context(), db.transaction() as session:
            found: list[Taken] = []
            take_in(session, [row], Channel.PAPER, found.append, now=utcnow())
            return [(one.receipt.code, one.receipt.key, one.was_there) for one in found]

    [(code, key, was_there)] = taken(app)
    assert not was_there
    assert taken(rotated()) == taken(rotated()) == [(code, key, True)]


def test_a_form_that_was_open_and_its_receipt_outlive_a_rotation(
    app: Flask, visitor: Visitor, rotated: Restart
) -> None:
    form = fill(open_form(visitor, "es"))
    sent = dict(form.submit_fields())
    after = moved_to(rotated(), visitor)
    receipt = after.post("/es/aportaciones/nueva", sent, status=303).follow()
    key = receipt.html.select_one("#key").get_text(strip=True)
    code = receipt.html.select_one("#code").get_text(strip=True)

    later = moved_to(rotated(), after)

    assert key in later.get(receipt.request.url).text
    follow = later.open("tracking.submission", "es", code=code, status=200)
    assert "Recibida" in follow.text
    stranger = Visitor(later.flask)
    asked = stranger.open("tracking.follow", "es").forms[0]
    asked["code"], asked["key"] = code, key
    asked.submit(status=303)


def test_a_ticket_lets_its_attempt_through_after_a_rotation(app: Flask, rotated: Restart) -> None:
    ticket = tickets.issue(app.extensions["keys"], "an attempt", wait=tickets.AT_ONCE)
    assert tickets.read(rotated().extensions["keys"], ticket.signed, "an attempt") == ticket
    assert tickets.read(derived([NEW], [NEW]), ticket.signed, "an attempt") is None


def test_staff_come_in_by_old_links_stay_signed_in_and_sign_in_anew(app: Flask, rotated: Restart) -> None:
    member = an_account(app, Role.MODERATOR, email="persona@example.org")
    member.sign_in()
    with app.app_context(), db.transaction() as session:
        token = invite.invite(
            session, "nueva@example.org", "", StaffCountry.MX, [Role.AUDITOR], actor_id=None, now=utcnow()
        )
    after = rotated()
    with after.app_context():
        assert invite.invited(db.session, token, now=utcnow()).email == "nueva@example.org"
    visitor = moved_to(after, member)
    visitor.open("staff.moderation.queue", status=200)
    again = Member(after, member.staff_id, member.email, member.secret, member.codes)
    again.code()  # the app's code of this half minute was used: a recovery code comes next
    again.sign_in()
    again.open("staff.moderation.queue", status=200)


def test_notes_and_originals_are_read_after_a_rotation(app: Flask, rotated: Restart) -> None:
    receipt = a_decision(app, Verdict.PUBLISH, email="rosa@example.org")
    with db.open_session(rotated()) as session:
        submission = submissions.by_code(session, receipt.code)
        assert submission
        assert submissions.original(session, submission).email == "rosa@example.org"


def test_every_sealed_value_is_bound_to_its_table_column_and_row(app: Flask, session: Session) -> None:
    """No sealed value opens in the place of another: each is tried in every other column and row."""
    for number in range(2):
        everything: dict[str, Any] = {"name": "Rosa", "organization": "Cámara", "email": "rosa@example.org"}
        confidential: dict[str, Any] = {"confidentiality": "governments_only", "public_summary": "Un resumen."}
        a_submission(app, body=f"Un texto que espera {number}.", **everything, **confidential)
    codes = list(session.scalars(select(Submission.code)))
    keys: Keys = app.extensions["keys"]
    values: dict[tuple[str, str], bytes] = {}
    for column in sealed.columns():
        if column.table.name in {"version", "contact"}:
            rows = session.execute(
                select(Submission.code, column).join(Submission, Submission.id == column.table.c.submission_id)
            )
            values |= {(str(column), code): value for code, value in rows}
    assert len(values) == 10
    for (place, code), value in values.items():
        assert submissions.opened(keys, code, place, value)
        for other_column, other_code in values.keys() - {(place, code)}:
            with pytest.raises(SealBroken):
                submissions.opened(keys, other_code, other_column, value)
    assert len(codes) == 2
