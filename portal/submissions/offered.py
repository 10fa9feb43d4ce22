"""What the form offers of the dialogue: its pillars and workstreams, in one language.

Kept in memory for a minute, and longer while the database is away: the form must open, and keep what was typed, even
then. Before the first good read it offers the pillars by their numerals alone.
"""

import time
from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

import portal.pillars.store as pillars
from portal.db import is_unavailable
from portal.i18n import roman
from portal.submissions.rules import PILLARS

KEPT_SECONDS = 60.0


@dataclass(frozen=True)
class Offered:
    """Pillars as ("1", title); workstreams by that number, as (id, short name)."""

    pillars: tuple[tuple[str, str], ...]
    workstreams: dict[str, tuple[tuple[str, str], ...]]

    def pillar_of(self, workstream: str) -> str | None:
        """Give the number of the pillar that a workstream belongs to."""
        for pillar, workstreams in self.workstreams.items():
            if any(workstream == known for known, _name in workstreams):
                return pillar
        return None

    def has(self, workstream: str, pillar: int | None) -> bool:
        """Say whether a workstream, if any, is one of a pillar; or of any, while none is chosen."""
        if not workstream or not self.workstreams:
            return True
        its_pillar = self.pillar_of(workstream)
        return its_pillar is not None and pillar in {None, int(its_pillar)}


def offered(session: Session, language: str) -> Offered:
    """Give what the form offers in a language, from memory where it is fresh or the database is away."""
    kept: dict[str, tuple[float, Offered]] = current_app.extensions.setdefault("offered", {})
    read_at, last = kept.get(language, (None, None))
    if last and read_at is not None and time.monotonic() - read_at < KEPT_SECONDS:
        return last
    try:
        fresh = _read(session, language)
    except Exception as error:
        if not is_unavailable(error):
            raise
        return last or _by_numeral()
    kept[language] = (time.monotonic(), fresh)
    return fresh


def _read(session: Session, language: str) -> Offered:
    titles = tuple(pillars.choices(session, language))
    by_title = pillars.workstream_choices(session, language)
    return (
        Offered(titles, {number: tuple(by_title.get(title, ())) for number, title in titles})
        if titles
        else _by_numeral()
    )


def _by_numeral() -> Offered:
    return Offered(tuple((str(number), _("Pillar %(numeral)s", numeral=roman(number))) for number in PILLARS), {})
