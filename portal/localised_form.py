"""The form that every form of the portal extends: WTForms' own sentences are read from disk once a language."""

from typing import Any

from flask import g
from flask_wtf import FlaskForm
from wtforms.meta import DefaultMeta


class LocalisedForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form with CSRF protection that speaks the page's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF ships no types
        """Flask-WTF reads its catalog anew in every request; WTForms keeps one a language."""

        @property
        def locales(self) -> list[str]:
            return [g.language]

        def get_translations(self, form: Any) -> Any:
            return DefaultMeta.get_translations(self, form)
