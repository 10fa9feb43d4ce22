"""Limits: whom they count, what happens past them, and what happens when their store or the database fails."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import create_app, limits
from portal.config import Settings
from portal.submissions.models import Submission
from tests.domains.test_submissions import fill, open_form, values
from tests.redis import Redis
from tests.visitor import Visitor

MOST = 5  # of `submit`, an hour


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with Redis() as server:
        yield server


@pytest.fixture(params=["embedded", "redis"])
def limited_app(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Flask]:
    """The portal with its limits as they are, in each store."""
    url = ""
    if request.param == "redis":
        server: Redis = request.getfixturevalue("redis")
        server.empty()
        url = server.url
    app = create_app(replace(settings, limits_scale=1, redis_url=url))
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def embedded_app(settings: Settings) -> Iterator[Flask]:
    app = create_app(replace(settings, limits_scale=1))
    yield app
    app.extensions["engine"].dispose()


def use_up(visitor: Visitor) -> None:
    """Send as many submissions as an hour allows."""
    for _ in range(MOST):
        fill(open_form(visitor)).submit(status=303)


def number(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(Submission.id))) or 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_past_the_limit_every_word_is_kept_and_a_short_wait_lets_it_through(
    limited_app: Flask, session: Session, language: str
) -> None:
    visitor = Visitor(limited_app)
    with time_machine.travel("2022-05-03T20:30:00Z", tick=False) as clock:
        use_up(visitor)
        form = fill(open_form(visitor, language), body="Señal, camino y seguro. 👩‍👩‍👧‍👦", name="Inés")
        sent = values(form)

        page = form.submit(status=429)

        assert page.headers["Retry-After"] == "120"
        assert values(page.forms["input"]) == sent
        heading, hour = {
            "en": ("Wait 2 minutes and send again", "From 3:32 p.m. CT on"),
            "es": ("Espere 2 minutos y envíe de nuevo", "A partir de las 15:32 h, hora del centro de México"),
        }[language]
        assert page.html.h1.text == heading
        assert hour in page.html.main.text
        clock.shift(70)
        page = page.forms["input"].submit(status=429)  # too early: the wait does not begin anew
        assert page.headers["Retry-After"] == "50"
        assert values(page.forms["input"]) == sent
        clock.shift(51)
        again = page.forms["input"]
        receipt = again.submit(status=303)
        assert again.submit(status=303).location == receipt.location  # its ticket makes one submission only
        assert number(session) == MOST + 1
        fill(open_form(visitor, language)).submit(status=429)


def test_a_ticket_is_worthless_for_another_form_after_four_hours_and_forged(embedded_app: Flask) -> None:
    visitor = Visitor(embedded_app)
    with time_machine.travel("2022-05-03T20:30:00Z", tick=False) as clock:
        use_up(visitor)
        ticket = fill(open_form(visitor)).submit(status=429).forms["input"]["ticket"].value
        clock.shift(180)
        for worthless in (ticket, ticket[:-2] + "xx", "forged"):
            form = fill(open_form(visitor))
            form["ticket"].force_value(worthless)
            form.submit(status=429)


def test_a_mistyped_form_counts_against_nobody(limited_app: Flask) -> None:
    visitor = Visitor(limited_app)
    for _ in range(MOST + 1):
        fill(open_form(visitor), consent=False).submit(status=422)
    use_up(visitor)
    page = fill(open_form(visitor), body="").submit(status=422)
    assert page.html.select(".error-summary")


def test_a_form_sent_again_past_the_limit_gets_its_receipt(limited_app: Flask) -> None:
    visitor = Visitor(limited_app)
    for _ in range(MOST - 1):
        fill(open_form(visitor)).submit(status=303)
    form = fill(open_form(visitor))
    receipt = form.submit(status=303)
    assert form.submit(status=303).location == receipt.location


def test_every_sending_counts_in_a_wider_limit(settings: Settings, session: Session) -> None:
    app = create_app(replace(settings, limits_scale=0.02))
    visitor = Visitor(app)
    for _ in range(2):
        fill(open_form(visitor), consent=False).submit(status=422)
    page = fill(open_form(visitor), consent=False).submit(status=429)
    assert page.html.select_one("details").has_attr("open")
    app.extensions["engine"].dispose()


def test_each_client_has_a_limit_and_an_ipv6_network_is_one_client(limited_app: Flask) -> None:
    use_up(Visitor(limited_app, "2001:db8:1:2::1"))
    fill(open_form(Visitor(limited_app, "2001:db8:1:2:ffff::9"))).submit(status=429)
    fill(open_form(Visitor(limited_app, "2001:db8:1:3::1"))).submit(status=303)
    fill(open_form(Visitor(limited_app, "192.0.2.7"))).submit(status=303)


def test_a_pillar_has_a_limit_for_everybody_together(settings: Settings) -> None:
    app = create_app(replace(settings, limits_scale=1 / 200))  # three an hour to a pillar, one a client
    senders = [Visitor(app, f"192.0.2.{number}") for number in range(4)]
    statuses = [fill(open_form(visitor)).submit(expect_errors=True).status_int for visitor in senders]
    assert statuses == [303, 303, 303, 429]
    fill(open_form(Visitor(app, "192.0.2.9")), pillar="3", workstream="").submit(status=303)
    app.extensions["engine"].dispose()


def test_no_address_stands_in_the_store(embedded_app: Flask, settings: Settings) -> None:
    fill(open_form(Visitor(embedded_app, "192.0.2.77"))).submit(status=303)
    kept = b"".join(path.read_bytes() for path in settings.data.glob("limits.sqlite3*"))
    assert b"submit" in kept
    assert b"192.0.2.77" not in kept


def test_with_redis_gone_the_portal_still_limits_and_never_fails(settings: Settings) -> None:
    with Redis() as server:
        app = create_app(replace(settings, limits_scale=1, redis_url=server.url))
        visitor = Visitor(app)
        fill(open_form(visitor)).submit(status=303)
        assert limits.store_is_up(app)
        server.stop()
        statuses = [fill(open_form(visitor)).submit(expect_errors=True).status_int for _ in range(MOST + 2)]
        assert statuses == [303] * MOST + [429] * 2
        assert not limits.store_is_up(app)
        assert visitor.get("/readyz").json["limiter"] == "each process for itself"
        server.start()
        until = time.monotonic() + 60
        while visitor.get("/readyz").json["limiter"] != "shared" and time.monotonic() < until:
            time.sleep(0.2)
        while fill(open_form(visitor)).submit(expect_errors=True).status_int != 303 and time.monotonic() < until:
            time.sleep(0.5)
        assert time.monotonic() < until
        app.extensions["engine"].dispose()
