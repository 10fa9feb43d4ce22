"""Open Dialogue / Diálogo Abierto: the public-consultation portal of the U.S.-Mexico High-Level Economic Dialogue."""

import sys
from pathlib import Path

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import portal.accounts.door_views
import portal.accounts.identity_models
import portal.accounts.link_views
import portal.accounts.me_views
import portal.accounts.models
import portal.accounts.staff_views
import portal.audit.models
import portal.moderation.models
import portal.moderation.second_level_views
import portal.moderation.staff_views
import portal.pillars.models
import portal.publication.models
import portal.publication.staff_views
import portal.reports.audit_views
import portal.reports.staff_views
import portal.screening.models
import portal.submissions.models  # every model is known before the first query
from portal import (
    config,
    db,
    errors,
    frame,
    headers,
    health,
    i18n,
    jobs,
    kept_pages,
    key_files,
    limits,
    logs,
    mail,
)
from portal.accounts import invite, letters, provider, security, sessions, single_sign_on, tries
from portal.accounts.gate import staff_blueprint
from portal.audit import verify
from portal.moderation import decide, take_effect
from portal.policy import public_views as policy_pages
from portal.publication import public_views as publication_pages
from portal.reading import public_views as reading_pages
from portal.reports import public_views as report_pages
from portal.screening import screen
from portal.submissions import public_views as submission_pages
from portal.submissions import receive, word_store
from portal.tracking import public_views as tracking_pages

ROOT = Path(__file__).resolve().parent.parent
MOST_BYTES = 1024 * 1024  # a body without files; see the public surface
MOST_PARTS = 200

# A thread that holds SQLite's write lock waits for the interpreter after each statement; the default, 5 ms, made eight
# writers at once three times slower.
SWITCH_SECONDS = 0.0005


def create_app(settings: config.Settings | None = None) -> Flask:
    """Wire the portal. Raises config.BadSetting."""
    sys.setswitchinterval(SWITCH_SECONDS)
    settings = settings or config.from_environment()
    app = Flask(__name__, static_folder=None, template_folder=str(ROOT / "templates"))
    keys = key_files.load_keys(settings)
    app.config.update(
        ROOT=ROOT,
        SETTINGS=settings,
        SECRET_KEY=keys.signing[0],
        SECRET_KEY_FALLBACKS=list(keys.signing[1:]),
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=MOST_PARTS,
        SESSION_COOKIE_NAME="__Host-form" if settings.over_tls else "form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.over_tls,
        WTF_CSRF_SECRET_KEY=list(reversed(keys.signing)),  # a form that was open while keys were rotated can be sent
        WTF_CSRF_TIME_LIMIT=4 * 60 * 60,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.jinja_env.globals["base_url"] = settings.base_url.rstrip("/")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["keys"] = keys
    db.init_app(app, settings.database)
    logs.init_app(app, settings.log_level)
    i18n.init_app(app)
    headers.init_app(app, over_tls=settings.over_tls)
    errors.init_app(app)
    sessions.init_app(app)
    CSRFProtect(app)
    security.init_app(app)
    provider.init_app(app, settings)

    app.register_blueprint(health.bp)
    for views in (policy_pages, publication_pages, reading_pages, report_pages, submission_pages, tracking_pages):
        app.register_blueprint(views.bp)
    staff = staff_blueprint()
    staff.before_request(single_sign_on.close_local_doors)
    staff.context_processor(single_sign_on.way_in)
    for staff_pages in (
        portal.accounts.door_views,
        portal.accounts.link_views,
        portal.accounts.me_views,
        portal.accounts.staff_views,
        single_sign_on,
    ):
        staff.register_blueprint(staff_pages.bp)
    staff.register_blueprint(portal.moderation.staff_views.bp)
    staff.register_blueprint(portal.publication.staff_views.bp)
    staff.register_blueprint(portal.reports.staff_views.bp)
    staff.register_blueprint(portal.reports.audit_views.bp)
    app.register_blueprint(staff)

    handlers: dict[str, jobs.Handler] = {
        decide.TAKE_EFFECT: take_effect.take_effect,
        invite.SEND_LINK: letters.send_asked_link,
        receive.SCREEN: screen.screen,
        receive.SCREEN_WAITING: screen.screen_waiting,
        tries.WARN: letters.warn,
        verify.CHECK: verify.go_on,
        word_store.INDEX_WAITING: word_store.index_waiting,
    }
    jobs.init_app(app, handlers, outside={mail.SEND: mail.send})
    limits.init_app(app, settings)
    kept_pages.init_app(app)
    frame.init_app(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
