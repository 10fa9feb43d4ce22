"""The desk: deciding, undoing, and what takes effect."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import db
from portal.accounts.rules import Role
from portal.audit.models import AuditEvent
from portal.clock import utcnow
from portal.i18n import LANGUAGES
from portal.moderation.models import Decision, Notice
from portal.moderation.take_effect import take_effect
from portal.publication.models import Publication
from portal.submissions import receipts
from portal.submissions.models import Submission
from portal.submissions.rules import Status, Verdict
from tests.builders import a_submission
from tests.desk import LATER, decide, decision_form, effects, open_item, rows_of
from tests.staff import Member, StaffFactory


@pytest.mark.parametrize("language", LANGUAGES)
def test_publishing_takes_effect_when_the_window_closes(
    app: Flask, moderator: Member, session: Session, language: str
) -> None:
    receipt = a_submission(app, body="Más becas técnicas. 🇲🇽", page_language=language)
    decide(moderator, receipt.code, "publish")
    effects(app, timedelta(minutes=9))
    assert session.scalars(select(Publication)).all() == []
    session.rollback()
    effects(app)
    assert session.scalars(select(Publication)).one().body == "Más becas técnicas. 🇲🇽"
    notice = session.scalars(select(Notice)).one()
    assert receipts.spelled(receipt.code) in notice.text.en
    assert receipts.spelled(receipt.code) in notice.text.es
    assert "now public" in notice.text.en
    assert "ya es pública" in notice.text.es


def test_effects_are_safe_to_run_twice(app: Flask, moderator: Member, session: Session) -> None:
    decide(moderator, a_submission(app).code, "publish")
    effects(app)
    decision = session.scalars(select(Decision)).one()
    with app.app_context(), db.transaction() as writer:
        take_effect(writer, str(decision.id), utcnow() + LATER)
    assert len(session.scalars(select(Notice)).all()) == 1


def test_words_typed_are_hidden_wherever_they_stand(app: Flask, moderator: Member, session: Session) -> None:
    code = a_submission(app, body="Llame al 555 0171.\nEs el 555  0171, de verdad.").code
    decide(moderator, code, "publish_redacted", hide_words="555 0171", hide_code="personal-data")
    effects(app)
    publication = session.scalars(select(Publication)).one()
    assert publication.body == "Llame al .\nEs el , de verdad."
    assert [mark[1] for mark in publication.hidden] == ["personal-data", "personal-data"]


def test_the_second_time_alone_is_hidden_when_asked(app: Flask, moderator: Member, session: Session) -> None:
    code = a_submission(app, body="Ana vino. 🌮 Ana se fue.").code
    decide(moderator, code, "publish_redacted", hide_words="Ana", hide_which="2", hide_code="minor")
    effects(app)
    assert session.scalars(select(Publication)).one().body == "Ana vino. 🌮  se fue."


def test_a_preview_shows_the_public_version_and_the_notice_and_keeps_what_was_chosen(
    app: Flask, moderator: Member, session: Session
) -> None:
    code = a_submission(app, body="Llame al 555 0171 por favor.", page_language="es").code
    form = decision_form(open_item(moderator, code))
    form["verdict"], form["hide_words"], form["note"] = "publish_redacted", "555 0171", "¿Es suyo?"
    page = form.submit("act", value="preview")
    assert page.html.select_one("#public-version .said").get_text(" ", strip=True) == (
        "Llame al [personal data hidden] por favor."
    )
    assert "ocultamos datos personales" in page.text
    kept = decision_form(page)
    assert (kept["verdict"].value, kept["note"].value, kept["hide_words"].value) == (
        "publish_redacted",
        "¿Es suyo?",
        "",
    )
    kept.submit(status=303)
    reason = session.scalars(select(Decision)).one().reasons[0]
    assert (reason.passage_start, reason.passage_end) == (9, 17)


def test_a_passage_left_visible_is_not_hidden(app: Flask, moderator: Member, session: Session) -> None:
    code = a_submission(app, body="Llame al 555 0171 o a Ana.").code
    form = decision_form(open_item(moderator, code))
    form["verdict"], form["hide_words"] = "publish_redacted", "Ana"
    form = decision_form(form.submit("act", value="preview"))
    form["hide_words"] = "555 0171"
    form = decision_form(form.submit("act", value="preview"))
    ana = list(form.fields["passage_code"])[1]
    ana.value = ""
    form.submit(status=303)
    effects(app)
    assert session.scalars(select(Publication)).one().body == "Llame al  o a Ana."


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose a decision."),
        ({"verdict": "not_publish"}, "Choose a reason."),
        ({"verdict": "publish_redacted"}, "Say which words are to be hidden."),
        ({"verdict": "publish_redacted", "hide_words": "no such words"}, "do not stand in the text"),
        ({"verdict": "publish", "hide_words": "becas"}, "There are words to be hidden."),
        ({"verdict": "hold"}, "Write a note"),
        ({"verdict": "publish", "note": "x" * 2001}, "Shorten the note"),
        ({"verdict": "not_publish", "reasons": ["threat"]}, "needs a second person"),
        ({"verdict": "publish_redacted", "hide_words": "becas", "hide_code": "confidential"}, "needs a second person"),
    ],
)
def test_a_decision_that_breaks_a_rule_is_refused_with_everything_kept(
    app: Flask, moderator: Member, session: Session, fields: dict[str, Any], words: str
) -> None:
    code = a_submission(app).code
    form = decision_form(open_item(moderator, code))
    fields = {"note": "" if fields.get("verdict") == "hold" else "Lo que escribí"} | fields
    for name, value in fields.items():
        form[name] = value
    page = form.submit(status=422)
    assert words in page.html.select_one(".error-summary").text
    assert decision_form(page)["note"].value == fields["note"]
    assert session.scalars(select(Decision)).all() == []


def test_a_reason_that_needs_two_people_takes_a_hold_by_another(
    app: Flask, staff: StaffFactory, session: Session
) -> None:
    first, second = staff(Role.MODERATOR), staff(Role.MODERATOR, name="R. Salas")
    code = a_submission(app).code
    decide(first, code, "hold", note="Parece una amenaza. ¿Qué opinas?")
    decide(first, code, "not_publish", reasons=["threat"], status=422)
    page = open_item(second, code)
    assert "Parece una amenaza. ¿Qué opinas?" in page.text
    decide(second, code, "not_publish", reasons=["threat"])
    effects(app)
    assert session.scalars(select(Submission)).one().status == Status.NOT_PUBLISHED
    assert "contains a threat" in session.scalars(select(Notice)).one().text.en


def test_a_reason_ticked_before_thinking_again_does_not_stop_the_hold(
    app: Flask, moderator: Member, session: Session
) -> None:
    code = a_submission(app).code
    form = decision_form(decide(moderator, code, "not_publish", reasons=["threat"], status=422))
    form["verdict"], form["note"] = "hold", "Parece una amenaza. ¿Qué opinas?"
    form.submit(status=303)
    assert session.scalars(select(Submission)).one().status == Status.HELD


def test_a_hold_can_be_returned_to_the_queue(app: Flask, moderator: Member, session: Session) -> None:
    code = a_submission(app).code
    decide(moderator, code, "hold", note="Preguntar")
    assert rows_of(moderator.open("staff.moderation.queue").html) == []
    held = moderator.get("/en/staff/queue?status=held")
    assert rows_of(held.html) == [receipts.spelled(code)]
    decide(moderator, code, "resume")
    assert session.scalars(select(Submission)).one().status == Status.RECEIVED


def test_a_note_is_sealed(app: Flask, moderator: Member, session: Session) -> None:
    decide(moderator, a_submission(app).code, "hold", note="Parece una amenaza")
    assert b"amenaza" not in (session.scalars(select(Decision.note)).one() or b"")


def test_the_next_one_opens_after_a_decision_and_the_last_can_be_undone(
    app: Flask, moderator: Member, session: Session
) -> None:
    first, second = a_submission(app), a_submission(app)
    page = decide(moderator, first.code, "not_publish", reasons=["spam"]).follow()
    assert page.html.h1.text == receipts.spelled(second.code)
    assert f"Decision on {receipts.spelled(first.code)}: Do not publish." in page.text
    undo = next(form for form in page.forms.values() if form.action.split("?")[0].endswith("/undo"))
    back = undo.submit(status=303).follow()
    assert back.html.h1.text == receipts.spelled(first.code)
    effects(app)
    assert session.scalars(select(Notice)).all() == []
    assert {row.status for row in session.scalars(select(Submission))} == {Status.RECEIVED}
    assert [d.verdict for d in session.scalars(select(Decision).order_by(Decision.id))] == [
        Verdict.NOT_PUBLISH,
        Verdict.UNDO,
    ]


def test_a_decision_takes_effect_at_once_when_asked_and_then_stands(
    app: Flask, moderator: Member, session: Session
) -> None:
    page = decide(moderator, a_submission(app).code, "publish").follow()
    forms = list(page.forms.values())
    undo = next(form for form in forms if form.action.split("?")[0].endswith("/undo"))
    next(form for form in forms if form.action.split("?")[0].endswith("/now")).submit(status=303)
    effects(app, timedelta(seconds=1))
    assert len(session.scalars(select(Publication)).all()) == 1
    assert "can no longer be undone" in undo.submit(status=409).text


def test_a_colleague_cannot_undo_but_the_second_level_can(app: Flask, staff: StaffFactory, session: Session) -> None:
    first, other, reviewer = staff(Role.MODERATOR), staff(Role.MODERATOR), staff(Role.REVIEWER)
    code = a_submission(app).code
    decide(first, code, "publish")
    decision = session.scalars(select(Decision)).one()
    for member, status in ((other, 409), (reviewer, 303)):
        token = member.open("staff.moderation.queue").forms[0]["csrf_token"].value
        address = f"/en/staff/queue/{receipts.spelled(code)}/undo"
        member.post(address, {"csrf_token": token, "decision": decision.id}, status=status)


def test_two_on_one_item_the_second_learns_who_decided_what_and_keeps_the_note(
    app: Flask, staff: StaffFactory, session: Session
) -> None:
    first, second = staff(Role.MODERATOR, name="R. Salas"), staff(Role.MODERATOR)
    code = a_submission(app).code
    mine = decision_form(open_item(second, code))
    decide(first, code, "not_publish", reasons=["spam"])
    mine["verdict"], mine["note"] = "publish", "Mi nota, que no se pierde"
    page = mine.submit(status=409)
    assert "R. Salas decided about this submission first: Do not publish" in page.text
    assert page.html.select_one("#kept-note").text.strip() == "Mi nota, que no se pierde"
    assert len(session.scalars(select(Decision)).all()) == 1


def test_what_a_colleague_holds_cannot_be_decided_and_nothing_typed_is_lost(app: Flask, staff: StaffFactory) -> None:
    first, second = staff(Role.MODERATOR, name="R. Salas"), staff(Role.MODERATOR)
    code = a_submission(app).code
    mine = decision_form(open_item(second, code))
    first.open("staff.moderation.queue").forms[1].submit(status=303)
    mine["verdict"], mine["note"] = "publish", "Mi nota"
    page = mine.submit(status=409)
    assert "R. Salas took this submission meanwhile" in page.text
    assert page.html.select_one("#kept-note").text.strip() == "Mi nota"
    assert "In review: R. Salas" in second.open("staff.moderation.queue").text


def test_decided_originals_are_closed_and_each_opening_is_recorded(
    app: Flask, staff: StaffFactory, session: Session
) -> None:
    moderator, reviewer = staff(Role.MODERATOR), staff(Role.REVIEWER)
    code = a_submission(app, body="Palabras que ya no se muestran.").code
    decide(moderator, code, "not_publish", reasons=["spam"])
    assert "Palabras" not in open_item(moderator, code).text
    page = open_item(reviewer, code)
    assert "Palabras" not in page.text
    form = next(form for form in page.forms.values() if form.action.endswith("/original"))
    assert "Palabras que ya no se muestran." in form.submit(status=200).text
    opened = session.scalars(select(AuditEvent.actor_id).where(AuditEvent.action == "original:opened")).all()
    assert opened == [moderator.staff_id, reviewer.staff_id]
    moderator.post(form.action, {"csrf_token": "x"}, status=400)


def test_a_confidential_text_is_decided_by_its_public_summary(app: Flask, moderator: Member, session: Session) -> None:
    code = a_submission(
        app,
        body="Nuestros costos son 4.10 por unidad en la planta.",
        confidentiality="governments_only",
        public_summary="Una planta pide bajar costos. Llame a Ana.",
    ).code
    page = open_item(moderator, code)
    assert "never published" in page.text
    assert "4.10" in page.text
    decide(moderator, code, "publish_redacted", hide_words="Ana", hide_code="minor")
    effects(app)
    assert session.scalars(select(Publication)).one().body == "Una planta pide bajar costos. Llame a ."


def test_switching_the_language_keeps_the_decision_being_made(app: Flask, moderator: Member) -> None:
    code = a_submission(app).code
    page = open_item(moderator, code)
    form = decision_form(page)
    form["verdict"], form["reasons"], form["note"] = "not_publish", ["spam"], "Nota"
    twin = page.html.select_one('.languages button[lang="es"]')
    body = [*form.submit_fields(), ("switch", "es")]
    spanish = moderator.post(twin["formaction"], body)
    assert spanish.html.html["lang"] == "es"
    kept = decision_form(spanish)
    assert (kept["verdict"].value, kept["note"].value) == ("not_publish", "Nota")


def test_the_trail_names_the_decision_and_never_the_note(app: Flask, moderator: Member, session: Session) -> None:
    code = a_submission(app).code
    decide(moderator, code, "not_publish", reasons=["spam", "off-topic"], note="Secreto")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "decision:made")).one()
    assert event.actor_id == moderator.staff_id
    assert event.subject == f"submission:{code}"
    assert event.detail["reasons"] == ["off-topic", "spam"]
    assert "Secreto" not in str(event.detail)
