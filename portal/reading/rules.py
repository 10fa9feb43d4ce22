"""How much of a submission stands on a page that is not its own."""

import re
from dataclasses import dataclass

ELLIPSIS = "…"


@dataclass(frozen=True)
class Excerpt:
    """The beginning of a published text, with the labels of what is hidden in it: (position, reason code)."""

    text: str
    hidden: list[list[int | str]]
    is_whole: bool


def excerpt(body: str, hidden: list[list[int | str]], most: int) -> Excerpt:
    """Give the beginning of a text, up to `most` characters, cut between words and marked where it goes on."""
    if len(body) <= most:
        return Excerpt(body, hidden, True)
    words = list(re.finditer(r"\S+", body[: most + 1]))
    whole = [word.end() for word in words if word.end() <= most]
    cut = whole[-1] if whole else most
    return Excerpt(body[:cut] + ELLIPSIS, [label for label in hidden if int(label[0]) <= cut], False)
