"""Security headers of every answer, and cache rules.

Pages load nothing but our own style sheets, scripts and images, and run nothing inline; nobody may frame them.
"""

from flask import Flask, Response, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TWO_YEARS = "max-age=63072000; includeSubDomains"


def init_app(app: Flask, *, over_tls: bool) -> None:
    """Set the headers on every answer; nothing is kept by browsers or proxies unless a view says so."""
    on_all = HEADERS | ({"Strict-Transport-Security": TWO_YEARS} if over_tls else {})
    app.extensions["headers of all answers"] = on_all  # for static files, which are answered before Flask

    @app.after_request
    def set_headers(response: Response) -> Response:
        for name, value in on_all.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers and request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response
