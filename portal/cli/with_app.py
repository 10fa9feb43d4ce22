"""What every command stands on: the application, and sentences instead of tracebacks."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from portal import config, create_app, db


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the application, within its context; a bad setting becomes a sentence, not a traceback."""

    @wraps(command)
    def wrapped(*args: Any, **values: Any) -> Any:
        try:
            app = create_app()
        except config.BadSetting as error:
            raise click.ClickException(str(error)) from None
        try:
            with app.app_context():
                return command(app, *args, **values)
        except Exception as error:
            if db.is_unavailable(error):
                raise click.ClickException("The database cannot be reached. See PORTAL_DATABASE_URL.") from None
            raise
        finally:
            app.extensions["engine"].dispose()

    return wrapped
