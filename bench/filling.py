"""Fills a database with many waiting submissions as fast as the driver takes them, shaped as `receive` leaves them."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.db import keys_of, writing
from portal.submissions.models import Contact, Submission, SubmissionCount, Version
from portal.submissions.rules import Country, StakeholderType, TextLanguage

BEGAN = datetime(2022, 4, 18, 12, tzinfo=UTC)
CHUNK = 10_000
TEXT = "La línea del cruce avanza despacio y los choferes esperan sin agua ni baños. Pedimos carriles de noche."


def fill_waiting(session: Session, number: int) -> None:
    """Add `number` submissions that wait for a decision, a second apart, over every pillar, language and country."""
    keys = keys_of(session)
    sectors, countries, languages = list(StakeholderType), list(Country), list(TextLanguage)
    counts: Counter[tuple[Any, ...]] = Counter()
    for first in range(0, number, CHUNK):
        rows, versions, contacts = [], [], []
        for at in range(first, min(first + CHUNK, number)):
            code = f"{at:08d}"
            digest = hashlib.sha256(code.encode()).digest()
            row = {
                "id": at + 1,
                "code": code,
                "attempt_digest": digest,
                "receipt_digest": digest,
                "channel": "form",
                "status": "received",
                "status_since": BEGAN + timedelta(seconds=at),
                "pillar": at % 4 + 1,
                "stakeholder_type": sectors[at % len(sectors)],
                "country": countries[at % len(countries)],
                "language": languages[at % len(languages)],
                "page_language": "es",
                "confidentiality": "public",
                "show_as": "anonymous",
                "received_at": BEGAN + timedelta(seconds=at),
            }
            rows.append(row)
            body = keys.seal(f"{TEXT} {at}", f"version.body:{code}/1")
            versions.append({"submission_id": at + 1, "number": 1, "body": body, "sent_at": row["received_at"]})
            contacts.append({"submission_id": at + 1})
            counts[row["status"], row["pillar"], row["language"], row["stakeholder_type"], row["country"]] += 1
        with writing(session):
            session.connection().execute(insert(Submission), rows)
            session.connection().execute(insert(Version), versions)
            session.connection().execute(insert(Contact), contacts)
    names = ("status", "pillar", "language", "stakeholder_type", "country")
    with writing(session):
        kept = [dict(zip(names, key, strict=True)) | {"number": count} for key, count in counts.items()]
        session.connection().execute(insert(SubmissionCount), kept)
