"""Finding personal data in a text, by rules for both countries: pure, and never deciding anything.

The rules of both countries always apply, since many people write in both languages.
"""

from portal.screening import addresses, contacts, documents
from portal.screening.context import URL
from portal.screening.rules import Finding, Kind, apart


def find(text: str, language: str) -> list[Finding]:
    """List the passages that seem to be personal data, in the order of the text, none overlapping another.

    `language` is the text's: "en", "es" or another. It says which country's phones are meant, and nothing else.
    """
    links = [hit.span() for hit in URL.finditer(text)]
    found = [*documents.find(text), *contacts.emails(text), *contacts.phones(text, language), *addresses.find(text)]
    return apart([one for one in found if one.kind == Kind.EMAIL or not _within(one, links)])


def _within(one: Finding, links: list[tuple[int, int]]) -> bool:
    return any(start <= one.start and one.end <= end for start, end in links)
