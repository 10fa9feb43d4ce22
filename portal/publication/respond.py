"""Responding: the governments answer a set of published submissions, in both languages at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

import portal.publication.store as publications
from portal.audit.store import record
from portal.db import Bilingual
from portal.i18n import LANGUAGES
from portal.kept_pages import content_moved
from portal.publication.models import Response
from portal.publication.rules import Problem, Problems, Refused, ResponseDraft, problems, slug_of
from portal.submissions import receipts

# What an address says where a title leaves no letter for it.
PLAIN_SLUG = Bilingual("response", "respuesta")


def check(session: Session, draft: ResponseDraft) -> tuple[Problems, list[str]]:
    """Say what keeps a response from being published, and which of its codes (as typed) name nothing public."""
    found = problems(draft)
    parsed = {typed: receipts.parse_code(typed) for typed in draft.codes}
    public = publications.published_codes(session, [code for code in parsed.values() if code])
    not_public = [typed for typed, code in parsed.items() if code not in public]
    if not_public:
        found.append(("codes", Problem.CODES_NOT_PUBLIC))
    return found, not_public


def respond(  # noqa: PLR0917  # to whom, what, by whom: the order of the sentence
    session: Session,
    codes: Sequence[str],
    title: Bilingual,
    text: Bilingual,
    agencies: Sequence[str],
    pillar: int | None,
    *,
    actor_id: int,
    now: datetime,
) -> Response:
    """Publish a response of some agencies (by their ids) to submissions (by their receipt codes, as typed).

    Raises Refused with every problem there is.
    """
    draft = ResponseDraft(pillar, (title.en, title.es), (text.en, text.es), tuple(agencies), tuple(codes))
    found, not_public = check(session, draft)
    if found or pillar is None:
        raise Refused(found, not_public)
    response = Response(
        slug=Bilingual(*(_free_slug(session, title, language) for language in LANGUAGES)),
        pillar=pillar,
        title=title,
        text=text,
        agencies=list(agencies),
        actor_id=actor_id,
        published_at=now,
        publications=publications.published_among(session, [receipts.parse_code(code) or "" for code in codes]),
    )
    session.add(response)
    session.flush()  # the event names its id
    content_moved(session)
    answered = len(response.publications)
    record(session, "response:published", f"response:{response.id}", actor_id=actor_id, now=now, answered=answered)
    return response


def _free_slug(session: Session, title: Bilingual, language: str) -> str:
    slug = slug_of(title[language]) or PLAIN_SLUG[language]
    taken = publications.slugs_like(session, slug, language)
    numbered = (slug if number == 1 else f"{slug}-{number}" for number in range(1, len(taken) + 2))
    return next(candidate for candidate in numbered if candidate not in taken)
