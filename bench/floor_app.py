"""The floors: the least code that does the same work with the same libraries.

`/page` returns the bytes of a page from a bare Flask route. `/send` is Flask-WTF, Flask-Limiter in memory, and one
durable INSERT.
"""

import os
import sqlite3
import threading
from pathlib import Path

from flask import Flask, Response, render_template_string
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

FIELDS = ("attempt", "pillar", "stakeholder_type", "country", "show_as", "language", "confidentiality")


class SendForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The form of the floor: the submission form's fields that one must fill in."""

    body = TextAreaField(validators=[InputRequired(), Length(10, 20_000)])
    consent = BooleanField(validators=[InputRequired()])


for _name in FIELDS:
    setattr(SendForm, _name, StringField(validators=[InputRequired()]))


def create_floor() -> Flask:
    """Make the floor application; `FLOOR_PAGE` names a file with the page's bytes, `FLOOR_DATABASE` the SQLite file."""
    app = Flask(__name__)
    app.secret_key = "floor"
    page = Path(os.environ["FLOOR_PAGE"]).read_bytes()
    local = threading.local()
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="sliding-window-counter")

    def connection() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(os.environ["FLOOR_DATABASE"], isolation_level=None, timeout=10)
            for pragma in ("journal_mode=WAL", "synchronous=FULL"):
                local.connection.execute(f"PRAGMA {pragma}")
            local.connection.execute("CREATE TABLE IF NOT EXISTS sent (id INTEGER PRIMARY KEY, fields TEXT, body TEXT)")
        return local.connection  # type: ignore[no-any-return]  # thread-locals are untyped

    @app.get("/page")
    def bare() -> Response:
        return Response(page, mimetype="text/html")

    @app.route("/send", methods=["GET", "POST"])
    @limiter.limit("1000000 per hour")
    def send() -> Response | tuple[str, int]:
        form = SendForm()
        if not form.validate_on_submit():
            return render_template_string("{{ form.csrf_token }}{{ form.errors }}", form=form), 200
        db = connection()
        db.execute("BEGIN IMMEDIATE")
        fields = "|".join(form[name].data for name in FIELDS)
        db.execute("INSERT INTO sent (fields, body) VALUES (?, ?)", (fields, form.body.data))
        db.execute("COMMIT")
        return Response(status=303, headers={"Location": "/page"})

    return app
