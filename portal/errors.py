"""Error pages in the reader's language, each with a way on and a number to quote."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadHost, HTTPException, InternalServerError, ServiceUnavailable
from werkzeug.routing import RequestRedirect

from portal.db import is_unavailable

RETRY_DATABASE_SECONDS = 10


@dataclass(frozen=True)
class Words:
    """What an error page says: its title and one sentence."""

    title: Any
    what: Any


WORDS = {
    400: Words(
        _l("We could not read your request"),
        _l("Part of it was missing or out of date. Go back and try again."),
    ),
    403: Words(
        _l("You cannot open this page"),
        _l("Your account does not have permission for it."),
    ),
    404: Words(
        _l("This page does not exist, or it moved"),
        _l("Check the address, or start from one of these pages."),
    ),
    405: Words(
        _l("This address does not take that"),
        _l("Go back and use the links and buttons of the page."),
    ),
    413: Words(
        _l("What you sent is too large"),
        _l("We did not read it. Your words are still in your browser: go one step back, shorten them and send again."),
    ),
    415: Words(
        _l("We cannot read this kind of content"),
        _l("Go back and use the form of the page."),
    ),
    422: Words(
        _l("Something is missing or wrong"),
        _l("Go back, check what you wrote and send it again."),
    ),
    429: Words(
        _l("You have sent several requests in a short time"),
        _l("Wait a little and try again."),
    ),
    500: Words(
        _l("Something failed on our side"),
        _l("We have made a note of it. Try again in a few minutes."),
    ),
    503: Words(
        _l("The portal cannot answer right now"),
        _l("Try again in a few seconds. Nothing that has a receipt is lost."),
    ),
}


WAYS = (("reading.home", _l("Home page")), ("tracking.follow", _l("Follow a submission")))
STAFF_HOME = "staff.door.home"
STAFF_WAYS = ((STAFF_HOME, _l("Staff home")), WAYS[0])

LAST_RESORT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Open Dialogue / Diálogo Abierto</title>
<h1>Something failed on our side</h1><p>Try again in a few minutes.</p>
<p lang="es">Algo falló de nuestro lado. Intente de nuevo en unos minutos.</p>"""

BAD_HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Open Dialogue / Diálogo Abierto</title>
<h1>We could not read your request</h1><p>Its host name is none.</p>
<p lang="es">No pudimos leer su solicitud: el nombre del servidor no es válido.</p>"""


def page(error: HTTPException) -> Response:
    """Render the page of an error; machines get its status and `Retry-After`."""
    code = error.code or 500
    words = WORDS.get(code, WORDS[400] if code < 500 else WORDS[500])
    retry_after = getattr(error, "retry_after", None)
    response = make_response(
        render_template(
            "errors/page.html",
            code=code,
            title=words.title,
            what=words.what,
            ways=ways_on(),
            retry_after=retry_after,
            request_id=g.get("request_id"),
        ),
        code,
    )
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    if code in {429, 503}:
        response.headers.setdefault("Retry-After", str(retry_after or RETRY_DATABASE_SECONDS))
    return response


def ways_on() -> list[tuple[str, Any]]:
    """Give the pages from which to go on, address and name: on an address of staff, their home before the public's."""
    open_here = current_app.view_functions
    is_staff = STAFF_HOME in open_here and f"{request.path}/".startswith(f"{url_for(STAFF_HOME)}/")
    ways = STAFF_WAYS if is_staff else WAYS
    return [(url_for(endpoint), words) for endpoint, words in ways if endpoint in open_here]


def init_app(app: Flask) -> None:
    """Answer every error with a page: HTTP errors as they are, a database that is away as 503, the rest as 500."""

    @app.after_request
    def stay_here(response: Response) -> Response:
        """Keep the redirects of routing on this host: it writes whatever `Host` said into them."""
        if isinstance(request.routing_exception, RequestRedirect):
            parts = urlsplit(response.location or "")
            response.location = "/" + parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
        return response

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response | HTTPException:
        if isinstance(error, BadHost):
            return Response(BAD_HOST, 400, mimetype="text/html")  # no address can be built for the page of an error
        if error.response is not None or (error.code is not None and error.code < 400):
            return error  # it brings its own answer, such as a form that keeps what was typed
        return page(error)

    @app.errorhandler(Exception)
    def other_error(error: Exception) -> Response:
        try:
            return other_page(error)
        except Exception:
            current_app.logger.exception("the error page failed")
            return Response(LAST_RESORT, 500, mimetype="text/html")

    def other_page(error: Exception) -> Response:
        g.failing = True
        if is_unavailable(error):
            current_app.logger.warning(
                "database away",
                extra={"fault": type(error).__name__, "endpoint": request.endpoint},
            )
            return page(ServiceUnavailable(retry_after=RETRY_DATABASE_SECONDS))
        current_app.logger.exception("unhandled error", extra={"endpoint": request.endpoint})
        return page(InternalServerError())
