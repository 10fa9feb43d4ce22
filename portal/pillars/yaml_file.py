"""What a file about the dialogue must hold, read from YAML into rows. Each fault is a sentence that names its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import yaml

from portal.db import Bilingual
from portal.pillars.rules import Precision, When, is_date

Choice = TypeVar("Choice", bound=StrEnum)
Row = dict[str, Any]
OWN_FILE = Path(__file__).with_name("dialogue.yaml")
LONGEST_FILE = 2_000_000  # characters; the project's own has 50,000


class BadFile(ValueError):
    """A file that cannot be loaded. `problems` are sentences, each with the place in the file."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def own_file() -> Any:
    """Give the project's own description of the dialogue, parsed."""
    return parse(OWN_FILE.read_text(encoding="utf-8"))


def parse(text: str) -> Any:
    """Turn YAML into plain values. Raises BadFile with the line where it breaks."""
    if len(text) > LONGEST_FILE:
        raise BadFile([f"The file has more than {LONGEST_FILE:,} characters."])
    try:
        return yaml.load(text, Loader=_Plain)  # noqa: S506  # a SafeLoader that takes less
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark
        line = f"Line {at.line + 1}, column {at.column + 1}: " if at else ""
        raise BadFile([f"{line}{error.problem or 'this is not YAML'}."]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadFile([f"This is not YAML that the portal reads: {error}."]) from None


class _Plain(yaml.SafeLoader):
    """Words stay words (`no` is no False, 2022-05-12 no date), anchors and repeated keys are refused."""

    yaml_implicit_resolvers: ClassVar = {  # type: ignore[misc]  # PyYAML reads it from the class
        first: [
            (tag, regexp) for tag, regexp in resolvers if tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:null")
        ]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.composer.ComposerError(
                None,
                None,
                "anchors and aliases are not used here",
                self.peek_event().start_mark,  # type: ignore[no-untyped-call]
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[Any] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a field is named by one word", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f'"{key.value}" stands here twice', key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


@dataclass
class Entry:
    """One mapping of the file, read field by field. What is missing or strange is noted, and a harmless value given."""

    values: Any
    path: str
    problems: list[str]
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not isinstance(self.values, dict):
            self.problems.append(f"{self.path}: expected fields, found {_shown(self.values)}.")
            self.values = {}

    def fault(self, name: str, sentence: str) -> None:
        """Note what is wrong with a field."""
        self.problems.append(f"{self.path} › {name}: {sentence}")

    def has(self, name: str) -> bool:
        """Say whether a field is there."""
        return self.values.get(name) is not None

    def take(self, name: str) -> Any:
        """Give a field's raw value, and remember that it was asked for."""
        self.taken.add(name)
        return self.values.get(name)

    def text(self, name: str) -> str:
        """A line of text that must be there."""
        value = self.take(name)
        if not isinstance(value, str) or not value.strip():
            self.fault(name, "is missing." if value is None else f"must be text; write {_shown(value)} in quotes.")
            return ""
        return value

    def whole(self, name: str) -> int:
        """A whole number that must be there and not be negative."""
        value = self.take(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
            self.fault(name, f"must be a whole number, found {_shown(value)}.")
            return 0
        return value

    def yes(self, name: str) -> bool:
        """True or false; false where it is left out."""
        value = self.take(name)
        if value is not None and not isinstance(value, bool):
            self.fault(name, f"must be true or false, found {_shown(value)}.")
        return value is True

    def one_of(self, name: str, choices: type[Choice]) -> Choice:
        """One of a few words."""
        value = self.take(name)
        try:
            return choices(value)
        except ValueError:
            self.fault(name, f"must be one of {', '.join(choices)}; found {_shown(value)}.")
            return next(iter(choices))

    def both(self, name: str) -> Bilingual:
        """A text in both languages that must be there."""
        value = self.take(name)
        if value is None:
            self.fault(name, "is missing.")
            return Bilingual("", "")
        return self._both(value, f"{self.path} › {name}")

    def both_or_none(self, name: str) -> Bilingual | None:
        """A text in both languages, if any."""
        self.taken.add(name)
        return self.both(name) if self.has(name) else None

    def same_or_both(self, name: str) -> Bilingual | None:
        """A word that is the same in both languages, or one for each, if any."""
        value = self.take(name)
        return Bilingual(value, value) if isinstance(value, str) and value.strip() else self.both_or_none(name)

    def list_of_both(self, name: str) -> tuple[Bilingual, ...]:
        """Texts in both languages, one after another."""
        return tuple(self._both(value, f"{self.path} › {name} › {i}") for i, value in enumerate(self._list(name), 1))

    def ids(self, name: str, known: set[Any], what: str) -> list[str]:
        """Ids that must be known."""
        found = self._list(name)
        for value in found:
            if not isinstance(value, str) or value not in known:
                self.fault(name, f"no {what} has the id {_shown(value)}.")
        if len({str(value) for value in found}) < len(found):
            self.fault(name, "names the same id twice.")
        return [str(value) for value in found]

    def entries(self, name: str, key: str = "id") -> Iterator["Entry"]:
        """The fields of each of a list's entries; their paths end in their key."""
        for i, values in enumerate(self._list(name), 1):
            shown = values.get(key, i) if isinstance(values, dict) else i
            entry = Entry(
                values, f"{self.path} › {name} › {shown}" if self.path else f"{name} › {shown}", self.problems
            )
            yield entry
            entry.close()

    def inside(self, name: str) -> "Entry":
        """The fields of a field."""
        return Entry(self.take(name), f"{self.path} › {name}" if self.path else name, self.problems)

    def close(self) -> None:
        """Note fields that nobody asked for: most are spelled wrong."""
        for name in self.values:
            if name not in self.taken:
                self.fault(str(name), "is no field that the portal knows.")

    def _list(self, name: str) -> list[Any]:
        value = self.take(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(name, f"must be a list, found {_shown(value)}.")
            return []
        return value

    def _both(self, value: Any, path: str) -> Bilingual:
        entry = Entry(value, path, self.problems)
        text = Bilingual(entry.text("en"), entry.text("es"))
        entry.close()
        return text


def when(entry: Entry) -> Row:
    """Read an entry's date into the columns of `Dated`."""
    if not entry.has("date"):
        return {"date_value": None, "date_precision": None, "date_year_inferred": False, "date_of": None}
    inner = entry.inside("date")
    value, precision = inner.text("value"), inner.one_of("precision", Precision)
    if value and not is_date(When(value, precision)):
        inner.fault("value", f'"{value}" is not a date with the precision "{precision}".')
    row = {
        "date_value": value,
        "date_precision": precision,
        "date_year_inferred": inner.yes("year_inferred"),
        "date_of": inner.both_or_none("of"),
    }
    inner.close()
    return row


def _shown(value: Any) -> str:
    return "nothing" if value is None else f'"{str(value)[:60]}"'
