"""How passages are hidden and shown as labels, how a text is cut to an excerpt, and the slug of a title.

Positions are code points, as Python and both databases count them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum, auto

from portal.policy.rules import Reason

EXCERPT = 280  # code points of a card's text
LONGEST_SLUG = 60
WORD = re.compile(r"[^\W_]+")

Hidden = list[list[int | str]]  # [position in the public text, reason code], positions rising


class PassageOutside(ValueError):
    """A passage that is empty or lies outside of the text."""


@dataclass(frozen=True, order=True)
class Passage:
    """A passage to hide, `text[start:end]`, and why."""

    start: int
    end: int
    code: Reason


def hide(text: str, passages: Iterable[Passage]) -> tuple[str, Hidden]:
    """Take passages out of a text; give what is left and where each was. Raises PassageOutside.

    Passages that overlap become one, under the code of the one that starts first; so do neighbours of the same code.
    """
    public: list[str] = []
    hidden: Hidden = []
    done = length = 0
    for passage in merged(passages):
        if not 0 <= passage.start < passage.end <= len(text):
            raise PassageOutside(f"{passage.start} to {passage.end} in a text of {len(text)}")
        public.append(text[done : passage.start])
        length += passage.start - done
        hidden.append([length, passage.code.value])
        done = passage.end
    return "".join([*public, text[done:]]), hidden


def merged(passages: Iterable[Passage]) -> list[Passage]:
    """Join passages that overlap, and neighbours of the same code; in the order of the text."""
    joined: list[Passage] = []
    for passage in sorted(passages):
        last = joined[-1] if joined else None
        if last and (passage.start < last.end or (passage.start == last.end and passage.code == last.code)):
            joined[-1] = Passage(last.start, max(last.end, passage.end), last.code)
        else:
            joined.append(passage)
    return joined


def with_labels(text: str, hidden: Hidden, label: Callable[[Reason], str]) -> str:
    """Put a label where each passage was hidden."""
    parts: list[str] = []
    done = 0
    for place, code in hidden:
        position = int(place)
        parts += [text[done:position], label(Reason(str(code)))]
        done = position
    return "".join([*parts, text[done:]])


@dataclass(frozen=True)
class Excerpt:
    """A part of a public text, with its hidden passages at their places in that part."""

    text: str
    hidden: Hidden


def excerpt(text: str, hidden: Hidden, *, around: int = 0, most: int = EXCERPT) -> Excerpt:
    """Cut a text to about `most` code points at the ends of words, so that the one at `around` is in it."""
    start = 0 if around < most * 3 // 4 else _next_word(text, around - most // 4)
    end = len(text) if len(text) - start <= most else _last_word(text, start, start + most)
    before, after = "…" if start else "", "…" if end < len(text) else ""
    cut = text[start:end].rstrip() if after else text[start:end]
    # A passage hidden exactly where the cut falls is told by the ellipsis alone, unless the text ends there.
    kept: Hidden = [
        [int(place) - start + len(before), code]
        for place, code in hidden
        if start <= int(place) < end or int(place) == end == len(text)
    ]
    limit = len(before) + len(cut)
    return Excerpt(f"{before}{cut}{after}", [[min(int(place), limit), code] for place, code in kept])


@dataclass(frozen=True)
class Part:
    """A piece of an excerpt: words as written, words that a search found (`hit`), or a hidden passage (`code`)."""

    text: str
    hit: bool = False
    code: Reason | None = None


def parts(cut: Excerpt, is_hit: Callable[[str], bool]) -> list[Part]:
    """Take an excerpt apart into plain words, words found, and hidden passages, in their order."""
    pieces: list[Part] = []
    done = 0
    for place, code in cut.hidden:
        pieces += _with_hits(cut.text[done : int(place)], is_hit)
        pieces.append(Part("", code=Reason(str(code))))
        done = int(place)
    return [*pieces, *_with_hits(cut.text[done:], is_hit)]


def _with_hits(text: str, is_hit: Callable[[str], bool]) -> list[Part]:
    pieces: list[Part] = []
    done = 0
    for word in WORD.finditer(text):
        if is_hit(word.group()):
            pieces += [Part(text[done : word.start()]), Part(word.group(), hit=True)]
            done = word.end()
    return [piece for piece in [*pieces, Part(text[done:])] if piece.text]


def _next_word(text: str, position: int) -> int:
    space = re.compile(r"\s+").search(text, max(position, 0), position + 40)
    return space.end() if space else max(position, 0)


def _last_word(text: str, start: int, end: int) -> int:
    cut = max(text.rfind(space, start + 1, end + 1) for space in (" ", "\n", "\t"))
    return cut if cut > (start + end) // 2 else end


def slug_of(title: str) -> str:
    """Write a title as the last part of an address: certificacion-de-competencias. Empty where no letter is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words if len(words) <= LONGEST_SLUG else words[: LONGEST_SLUG + 1].rsplit("-", 1)[0].strip("-")


class Problem(StrEnum):
    """What can be wrong with a response. The form owns the sentences."""

    TITLE_MISSING = auto()
    TITLE_TOO_LONG = auto()
    TEXT_MISSING = auto()
    TEXT_TOO_LONG = auto()
    PILLAR_MISSING = auto()
    AGENCIES_MISSING = auto()
    CODES_MISSING = auto()
    CODES_UNKNOWN = auto()


class Refused(Exception):
    """A response that breaks the rules. `problems` holds (field, Problem) pairs, `unknown` the codes as typed."""

    def __init__(self, problems: list[tuple[str, Problem]], unknown: list[str]) -> None:
        super().__init__(", ".join(f"{field}: {problem}" for field, problem in problems))
        self.problems = problems
        self.unknown = unknown
