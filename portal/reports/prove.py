"""Proving that nothing of the portal was lost or altered: receipts, counts, and where submissions stand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

import portal.reports.proof_store as proofs
import portal.submissions.store as submissions
from portal.db import keys_of
from portal.keys import Keys, SealBroken
from portal.submissions.rules import Status

DIGEST_BYTES = 32


class Proof(StrEnum):
    """What is proved, beside the trail."""

    RECEIPTS = auto()
    RECORDED = auto()
    SUBMISSION_COUNTS = auto()
    PUBLICATION_COUNTS = auto()
    STATUSES = auto()


@dataclass
class Proved:
    """What was found: how many were looked at, where that was counted, and the receipt codes of those that fail."""

    proof: Proof
    looked_at: int | None = None
    failing: list[str] = field(default_factory=list)
    number_failing: int = 0


def proofs_of(session: Session) -> Iterator[tuple[Proof, Callable[[], Proved]]]:
    """Give each proof with the function that makes it; `session` sees one state of the database (`db.snapshot`)."""
    yield Proof.RECEIPTS, lambda: receipts(session)
    yield Proof.RECORDED, lambda: _listed(Proof.RECORDED, proofs.without_event(session))
    yield Proof.SUBMISSION_COUNTS, lambda: _counted(Proof.SUBMISSION_COUNTS, proofs.wrong_submission_counts(session))
    yield Proof.PUBLICATION_COUNTS, lambda: _counted(Proof.PUBLICATION_COUNTS, proofs.wrong_publication_counts(session))
    yield Proof.STATUSES, lambda: _listed(Proof.STATUSES, proofs.wrong_statuses(session))


def receipts(session: Session) -> Proved:
    """Open the sealed text and contact of every submission that was not erased, and see that its digests are there."""
    keys, proved = keys_of(session), Proved(Proof.RECEIPTS, 0)
    for row in proofs.sealed(session):
        proved.looked_at = (proved.looked_at or 0) + 1
        if row.status != Status.ERASED and not _opens(keys, row):
            proved.failing.append(row.code)
    proved.number_failing = len(proved.failing)
    return proved


def _opens(keys: Keys, row: Row[Any]) -> bool:
    if row.body is None or {len(row.attempt_digest), len(row.receipt_digest)} != {DIGEST_BYTES}:
        return False
    columns = ("version.body", "version.public_summary", "contact.name", "contact.organization", "contact.email")
    try:
        for column in columns:
            if (value := getattr(row, column.partition(".")[2])) is not None:
                submissions.opened(keys, row.code, column, value)
    except (SealBroken, ValueError, TypeError):
        return False
    return True


def _listed(proof: Proof, failing: list[str]) -> Proved:
    return Proved(proof, None, failing, len(failing))


def _counted(proof: Proof, number_failing: int) -> Proved:
    return Proved(proof, None, [], number_failing)
