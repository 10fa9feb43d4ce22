"""What the frame of every page needs: addresses of static files, the icons a page uses, and the navigation."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from flask import Flask, g, request, url_for
from flask_babel import lazy_gettext as _l
from whitenoise import WhiteNoise

BUILT = Path("static") / "built"
ONE_YEAR = 31_536_000


@dataclass(frozen=True)
class Link:
    """One link of the navigation; `current` where it leads to the page at hand or to its section."""

    url: str
    label: str
    current: bool
    count: int | None = None


# Label, endpoint, fragment in each language, and the endpoints (or their beginnings) that count as this section.
MAIN = (
    (
        _l("Pillars"),
        "reading.home",
        {"en": "pillars", "es": "pilares"},
        ("reading.pillar", "reading.workstream"),
    ),
    (
        _l("Submissions"),
        "publication.register",
        None,
        ("publication.register", "publication.submission", "submissions."),
    ),
    (_l("Responses"), "publication.responses", None, ("publication.response",)),
    (_l("Summary"), "reports.summary", None, ("reports.summary",)),
    (_l("Timeline"), "reading.timeline", None, ("reading.timeline",)),
    (_l("Follow"), "tracking.follow", None, ("tracking.",)),
)
FOOTER = (
    (_l("About"), "reading.about"),
    (_l("Moderation rules"), "policy.moderation_policy"),
    (_l("Privacy"), "policy.privacy"),
    (_l("Accessibility"), "policy.accessibility"),
    (_l("Transparency"), "reports.transparency"),
    (_l("Open data"), "reports.open_data"),
    (_l("How we keep our promise"), "reading.promise"),
)


@dataclass(frozen=True)
class Navigation:
    """The links in the header and at the foot of a public page."""

    main: list[Link]
    footer: list[Link]


def navigation(known: Callable[[str], bool]) -> Navigation:
    """Build the links of a public page, in the reader's language."""
    here = request.endpoint or ""
    main = [
        Link(
            url=url_for(endpoint, _anchor=fragment[g.language] if fragment else None),
            label=str(label),
            current=any(here.startswith(section) for section in sections),
        )
        for label, endpoint, fragment, sections in MAIN
        if known(endpoint)
    ]
    footer = [Link(url_for(endpoint), str(label), here == endpoint) for label, endpoint in FOOTER if known(endpoint)]
    return Navigation(main, footer)


def use_icon(name: str) -> str:
    """Note that the page at hand uses an icon, so that the layout draws its symbol once."""
    g.setdefault("icons", {})[name] = True
    return ""


def init_app(app: Flask) -> None:
    """Serve the built static files under names that change with their content, and give templates the frame."""
    built = app.config["ROOT"] / BUILT

    @cache
    def manifest() -> dict[str, str]:
        return dict(json.loads((built / "manifest.json").read_text()))

    def static_url(name: str) -> str:
        return f"/static/{manifest()[name]}"

    def known(endpoint: str) -> bool:
        return endpoint in app.view_functions

    def guard(headers: Headers, _path: str, _url: str) -> None:
        for name, value in app.extensions["headers of all answers"].items():
            headers[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # the WSGI stack is built by wrapping
        app.wsgi_app,
        root=built,
        prefix="static/",
        max_age=ONE_YEAR,
        immutable_file_test=lambda _path, _url: True,
        allow_all_origins=False,
        add_headers_function=guard,
    )
    app.jinja_env.globals.update(static_url=static_url, use_icon=use_icon, has_page=known)

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {"navigation": navigation(known)}
