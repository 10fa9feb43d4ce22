"""What docs/security says is so: every requirement has its answer, every test that is named is there."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECURITY = ROOT / "docs" / "security"
ASVS = (SECURITY / "asvs.md").read_text()
THREATS = (SECURITY / "threats.md").read_text()
ANSWERS = ("Met", "Partly", "Not met", "Operator", "Does not apply")

# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; in all of these they come first.
SECTIONS = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2  2.1:3 2.2:3 2.3:4 2.4:1  3.2:2 3.3:4 3.4:6 3.5:5 3.7:2  4.1:3 4.2:1 4.3:2 4.4:4
5.1:1 5.2:3 5.3:2 5.4:3  6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4  7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2
8.1:2 8.2:3 8.3:1 8.4:1  9.1:3 9.2:4  10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3
11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1  12.1:3 12.2:2 12.3:4  13.1:1 13.2:5 13.3:2 13.4:5
14.1:2 14.2:4 14.3:3  15.1:3 15.2:3 15.3:7  16.1:1 16.2:5 16.3:4 16.4:3 16.5:3  17.1:1 17.2:4 17.3:2
"""
LEVEL_1, LEVEL_2 = 70, 183


def rows() -> list[list[str]]:
    lines = [line for line in ASVS.splitlines() if re.match(r"\| V\d", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def ids(cell: str) -> Iterator[str]:
    for part in cell.split(", "):
        first, _, last = part.partition("–")
        section, _, number = first.removeprefix("V").rpartition(".")
        until = int((last or first).rpartition(".")[2])
        yield from (f"{section}.{at}" for at in range(int(number), until + 1))


def test_every_requirement_of_the_first_two_levels_has_one_row() -> None:
    sections = (written.split(":") for written in SECTIONS.split())
    wanted = [f"{section}.{number}" for section, most in sections for number in range(1, int(most) + 1)]
    assert [found for row in rows() for found in ids(row[0])] == wanted


def test_the_levels_are_those_of_the_standard() -> None:
    levels = Counter(row[1] for row in rows() for _one in ids(row[0]))
    assert levels == {"1": LEVEL_1, "2": LEVEL_2}


def test_every_row_has_an_answer_and_a_reason_and_the_summary_counts_them() -> None:
    for row in rows():
        assert len(row) == 6, row
        assert row[3] in ANSWERS, row
        assert all(len(cell) > 1 for cell in (row[2], row[4])), row
    counted = Counter(row[3] for row in rows() for _one in ids(row[0]))
    summary = " | ".join(str(counted[answer]) for answer in ANSWERS)
    assert f"| {summary} | {LEVEL_1 + LEVEL_2} |" in ASVS


def test_every_test_that_is_named_is_there() -> None:
    files = {path.name: path.read_text() for path in (ROOT / "tests").rglob("test_*.py")}
    named = re.findall(r"`(test_\w+\.py)(?:::(test_\w+))?`", ASVS + THREATS)
    assert len(named) > 150
    defined = {
        (name, test) for name, text in files.items() for test in ["", *re.findall(r"^def (test_\w+)", text, re.M)]
    }
    assert [pair for pair in named if pair not in defined] == []


def test_the_documents_are_linked_to() -> None:
    for document in ("README.md", "CONTRIBUTING.md", "SECURITY.md"):
        written = (ROOT / document).read_text()
        assert "docs/security/asvs.md" in written, document
        assert "docs/security/threats.md" in written, document
