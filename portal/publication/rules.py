"""How passages are hidden and shown as labels, how a text is cut to an excerpt, and the slug of a title.

Positions are code points, as Python and both databases count them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum, auto

from portal.policy.rules import Reason
from portal.submissions.rules import PILLARS, length

EXCERPT = 320  # code points of a card's text
LONGEST_SLUG = 60
LONGEST_TITLE, LONGEST_TEXT = 200, 20_000  # characters of a response, as people count them
MOST_CODES = 1_000  # submissions that one response answers
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


def hidden_reasons(hidden: Hidden) -> list[Reason]:
    """Say for which reasons passages are hidden, each once, in the text's order."""
    return list(dict.fromkeys(Reason(str(code)) for _place, code in hidden))


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
    CODES_TOO_MANY = auto()
    CODES_NOT_PUBLIC = auto()


Problems = list[tuple[str, Problem]]  # (field, what is wrong with it)


@dataclass(frozen=True)
class ResponseDraft:
    """A response as typed: `codes` are receipt codes as people write them, texts are pairs (English, Spanish)."""

    pillar: int | None
    title: tuple[str, str]
    text: tuple[str, str]
    agencies: tuple[str, ...]
    codes: tuple[str, ...]


class Refused(Exception):
    """A response that breaks the rules: its problems, and the codes (as typed) of which no submission is public."""

    def __init__(self, problems: Problems, not_public: list[str]) -> None:
        super().__init__(", ".join(f"{field}: {problem}" for field, problem in problems))
        self.problems = problems
        self.not_public = not_public


def codes_in(typed: str) -> tuple[str, ...]:
    """Read the receipt codes of a list, one a line (or parted by commas), each once, as they were typed."""
    parts = (part.strip() for part in re.split(r"[\n\r,;]+", typed))
    return tuple(dict.fromkeys(part for part in parts if part))


def problems(draft: ResponseDraft) -> Problems:
    """Say what keeps a response from being published, field by field in the form's order."""
    found: Problems = []

    def check(wrong: bool, field: str, problem: Problem) -> None:
        if wrong:
            found.append((field, problem))

    check(draft.pillar not in PILLARS, "pillar", Problem.PILLAR_MISSING)
    check(not draft.codes, "codes", Problem.CODES_MISSING)
    check(len(draft.codes) > MOST_CODES, "codes", Problem.CODES_TOO_MANY)
    check(not draft.agencies, "agencies", Problem.AGENCIES_MISSING)
    for language, title, text in zip(("en", "es"), draft.title, draft.text, strict=True):
        check(not title.strip(), f"title_{language}", Problem.TITLE_MISSING)
        check(length(title) > LONGEST_TITLE, f"title_{language}", Problem.TITLE_TOO_LONG)
        check(not text.strip(), f"text_{language}", Problem.TEXT_MISSING)
        check(length(text) > LONGEST_TEXT, f"text_{language}", Problem.TEXT_TOO_LONG)
    return found
