"""Figures are those of the rows behind them; what everyone sees singles nobody out."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest

import portal.submissions.store as submissions
from portal import db, jobs
from portal.accounts.rules import Role
from portal.clock import utcnow
from portal.moderation.decide import decide, undo
from portal.policy.rules import Reason
from portal.publication.publish import Passage
from portal.reports.rules import REST, Group, Scope, Wait
from portal.reports.summarise import summarise, summarise_for_public
from portal.submissions.rules import Country, StakeholderType, Status, TextLanguage, Verdict
from tests.builders import a_publication, a_submission

MONDAY = datetime(2026, 11, 2, 18, tzinfo=UTC)  # noon in Mexico City
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNDO = 600


def decided(app, verdict, moderator, *, at=MONDAY, after=HOUR, settle=True, reasons=(), hidden=(), **draft):
    """A submission that arrived at a moment and was decided some time later."""
    receipt = a_submission(app, now=at, **draft)
    with app.app_context(), db.transaction() as session:
        submission = submissions.by_code(session, receipt.code)
        assert submission
        decision = decide(
            session,
            submission.id,
            verdict,
            actor_id=moderator.staff_id,
            reasons=reasons,
            hidden=hidden,
            now=at + after,
            undo_seconds=UNDO,
        )
        number = decision.id
    if settle:
        jobs.run_due(app, at + after + timedelta(seconds=UNDO))
    return receipt, number


def published(app, moderator, **how):
    return decided(app, Verdict.PUBLISH, moderator, **how)


def refused(app, moderator, *reasons, **how):
    return decided(app, Verdict.NOT_PUBLISH, moderator, reasons=reasons or [Reason.SPAM], **how)


def summary_of(app, scope=None, **filters):
    with app.app_context():
        return summarise(db.session, scope or Scope(**filters))


def public_summary(app, now=None):
    with app.app_context():
        return summarise_for_public(db.session, now or utcnow())


def test_figures_count_what_was_received_and_decided(app, moderator):
    a_submission(app, now=MONDAY, language="en", pillar=1, country="US", stakeholder_type="labor")
    published(app, moderator, language="es", pillar=2)
    decided(app, Verdict.PUBLISH_REDACTED, moderator, language="es", pillar=2, hidden=[Passage(0, 3, Reason.ABUSE)])
    refused(app, moderator, Reason.SPAM, Reason.OFF_TOPIC, language="en", pillar=2)

    found = summary_of(app)

    assert (found.received, found.published, found.redacted, found.not_published, found.decided) == (4, 2, 1, 1, 3)
    assert found.by_status == {"received": 1, "published": 2, "not_published": 1}
    assert found.by_language == {"en": Group(2, 0), "es": Group(2, 2)}
    assert found.by_pillar_and_language == {"1": {"en": 1}, "2": {"en": 1, "es": 2}}
    assert found.by_country == {"MX": Group(3, 2), "US": Group(1, 0)}
    assert found.reasons == {"spam": 1, "off-topic": 1}
    assert found.hidden_reasons == {"abuse": 1}


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ({"pillar": 1}, 1),
        ({"language": TextLanguage.OTHER}, 1),
        ({"country": Country.GT}, 1),
        ({"stakeholder_type": StakeholderType.LABOR}, 1),
        ({"status": Status.PUBLISHED}, 1),
        ({"status": Status.HELD}, 0),
        ({"first": date(2026, 11, 3)}, 1),
        ({"last": date(2026, 11, 2)}, 2),
        ({"first": date(2026, 11, 1), "last": date(2026, 11, 30), "pillar": 2}, 2),
    ],
)
def test_a_scope_narrows_every_figure(app, moderator, filters, number):
    published(app, moderator, pillar=1, language="other", country="GT", stakeholder_type="labor")
    a_submission(app, now=MONDAY + 11 * HOUR + timedelta(minutes=59), pillar=2)
    a_submission(app, now=MONDAY + 12 * HOUR, pillar=2)

    found = summary_of(app, **filters)

    assert found.received == number
    assert sum(group.received for group in found.by_pillar.values()) == number
    assert sum(sum(week.received.values()) for week in found.weeks) == number


def test_kept_counts_and_counted_rows_agree(app, moderator):
    for pillar in (1, 2, 3, 4):
        published(app, moderator, pillar=pillar, language="en")
        refused(app, moderator, pillar=pillar, language="es")

    kept, counted = summary_of(app), summary_of(app, first=date(2026, 1, 1))

    assert kept.by_pillar == counted.by_pillar
    assert kept.by_status == counted.by_status


def test_waits_run_from_receipt_to_the_first_decision_that_stands(app, moderator):
    for hours in (12, 24, 36):
        published(app, moderator, language="es", after=hours * HOUR)
    receipt, first = published(app, moderator, language="en", after=HOUR, settle=False)
    with app.app_context(), db.transaction() as session:
        undo(session, first, actor_id=moderator.staff_id, may_review=False, now=MONDAY + HOUR + timedelta(seconds=9))
        submission = submissions.by_code(session, receipt.code)
        assert submission
        decide(
            session,
            submission.id,
            Verdict.PUBLISH,
            actor_id=moderator.staff_id,
            now=MONDAY + 48 * HOUR,
            undo_seconds=UNDO,
        )

    found = summary_of(app)

    assert found.waits == {"en": Wait(1, 2.0, 2.0), "es": Wait(3, 1.0, 1.5)}


def test_a_decision_that_was_undone_counts_nowhere(app, moderator):
    _, number = refused(app, moderator, settle=False)
    with app.app_context(), db.transaction() as session:
        undo(session, number, actor_id=moderator.staff_id, may_review=False, now=MONDAY + HOUR + timedelta(seconds=9))

    found = summary_of(app)

    assert (found.not_published, found.reasons, found.waits, found.by_status) == (0, {}, {}, {"received": 1})


def test_weeks_begin_on_monday_in_mexico_city(app):
    a_submission(app, now=datetime(2026, 11, 9, 5, 59, tzinfo=UTC))  # Sunday, a minute to midnight
    a_submission(app, now=datetime(2026, 11, 9, 6, 0, tzinfo=UTC))
    a_submission(app, now=datetime(2022, 5, 9, 4, 59, tzinfo=UTC))  # in summer time, an hour earlier
    a_submission(app, now=datetime(2022, 5, 9, 5, 0, tzinfo=UTC))

    mondays = [week.monday for week in summary_of(app).weeks]

    assert mondays == [date(2022, 5, 2), date(2022, 5, 9), date(2026, 11, 2), date(2026, 11, 9)]


def test_a_decision_shows_in_public_once_it_is_in_effect(app, moderator):
    refused(app, moderator, settle=False)

    during = public_summary(app, MONDAY + HOUR + timedelta(seconds=UNDO - 1))
    after = public_summary(app, MONDAY + HOUR + timedelta(seconds=UNDO))

    assert (during.received, during.not_published) == (1, 0)
    assert (after.received, after.not_published) == (1, 1)


def test_small_groups_are_merged_in_public_and_whole_for_staff(app, moderator):
    for at in range(6):
        refused(app, moderator, country="US", language="en", at=MONDAY + at * HOUR)
        refused(app, moderator, country="MX", at=MONDAY + at * HOUR)
    refused(app, moderator, Reason.DUPLICATE, country="SV")
    published(app, moderator, country="GT")

    public, whole = public_summary(app), summary_of(app)

    assert whole.by_country["SV"] == Group(1, 0)
    assert public.by_country == {"GT": Group(1, 1), "US": Group(6, 0), REST: Group(7, 0)}
    assert whole.reasons == {"spam": 12, "duplicate": 1}
    assert public.reasons == {}  # twelve and one in all: thirteen less twelve would tell of the one


def test_what_a_visitor_reads_adds_up_to_the_register(app, visitor, moderator):
    for language in ("en", "es"):
        for at in range(5):
            published(app, moderator, language=language, pillar=2, at=MONDAY + at * DAY, after=HOUR * 24)

    page = visitor.open("reports.summary", "es")
    spanish = page.html

    table = next(t for t in spanish.select("table") if len(t.select("thead th")) == 5 and "II" in t.get_text())
    cells = [cell.get_text() for cell in table.select("tbody tr")[1].select("td")]
    assert cells == ["5", "5", "0", "10"]
    svg = spanish.select_one("svg[role=img]")
    labelled = svg["aria-labelledby"].split()
    assert all(spanish.find(id=name).get_text() for name in labelled)


def test_transparency_compares_the_languages(app, visitor, moderator):
    for at in range(5):
        published(app, moderator, language="en", at=MONDAY + at * HOUR, after=24 * HOUR)
        published(app, moderator, language="es", at=MONDAY + at * HOUR, after=48 * HOUR)

    text = visitor.open("reports.transparency", "en").html.get_text(" ", strip=True)

    assert "Median days to a first decision: 1 in English, 2 in Spanish." in text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("endpoint", ["reports.summary", "reports.transparency", "reports.open_data"])
def test_an_empty_portal_says_so(visitor, endpoint, language):
    page = visitor.open(endpoint, language)

    assert page.html.select_one(".empty")
    assert not page.html.select("svg[role=img]")


def test_public_pages_are_kept_and_move_within_a_second_of_what_is_published(app, visitor):
    assert visitor.open("reports.summary").html.select_one(".empty")

    a_publication(app, body="Una aportación nueva.")
    time.sleep(1.1)  # on PostgreSQL a kept page may be a second old

    assert not visitor.open("reports.summary").html.select_one(".empty")


def test_the_dictionary_stands_on_the_open_data_page(visitor):
    page = visitor.open("reports.open_data", "es")

    assert "response_of_governments" in page.text
    assert "Respuestas oficiales" in page.text
    assert "/es/datos/aportaciones.zip" in page.text


def test_staff_see_the_figures_of_their_scope(app, staff, moderator):
    refused(app, moderator, pillar=3)
    published(app, moderator, pillar=1)

    page = staff(Role.ANALYST).open("staff.reports.summary", "en", pillar=3, **{"from": "2026-11-01"})

    assert page.html.h1.get_text() == "What people said since November 1, 2026"
    assert "We did not publish 1." in page.html.get_text()
    assert page.html.select_one("#pillar option[selected]")["value"] == "3"
    assert "/en/staff/exports?pillar=3&from=2026-11-01" in page.html.select_one(".report__head a")["href"]


def test_a_scope_that_cannot_be_read_says_what_is_wrong(staff):
    analyst = staff(Role.ANALYST)

    page = analyst.get("/es/equipo/informes?pillar=7&from=2026-11-09&to=2026-11-01", status=422)

    assert [link["href"] for link in page.html.select("#error-summary a")] == ["#pillar", "#to"]
