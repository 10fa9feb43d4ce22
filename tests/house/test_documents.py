"""What people rely on is written down: settings, commands, audit actions, layout."""

import re
from dataclasses import fields
from pathlib import Path

from portal.audit.store import ACTIONS
from portal.cli import main
from portal.config import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def test_every_setting_is_documented() -> None:
    names = {f"PORTAL_{field.name.upper()}" for field in fields(Settings)}
    assert names == set(re.findall(r"^\| `(PORTAL_\w+)`", OPERATIONS, re.MULTILINE))
    assert names == set(re.findall(r"^(PORTAL_\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_every_command_is_documented() -> None:
    def commands(group: object, before: str) -> set[str]:
        found = set()
        for name, command in getattr(group, "commands", {}).items():
            found |= commands(command, f"{before} {name}") or {f"{before} {name}"}
        return found

    written = set(re.findall(r"^\| `(portal [a-z][a-z-]*(?: [a-z][a-z-]*)?)[^`]*`", OPERATIONS, re.MULTILINE))
    assert commands(main, "portal") == written


def test_every_audit_action_is_documented_and_used() -> None:
    written = set(re.findall(r"`([a-z]+:[a-z-]+)`", (ROOT / "docs" / "audit.md").read_text()))
    assert written == ACTIONS
    code = "\n".join(
        path.read_text() for path in (ROOT / "portal").rglob("*.py") if path.parts[-2:] != ("audit", "store.py")
    )
    assert {action for action in ACTIONS if f'"{action}"' not in code} == set()


def test_no_file_is_too_long_to_name() -> None:
    lengths = {path: path.read_text().count("\n") for path in (ROOT / "portal").rglob("*.py")}
    assert {str(path.relative_to(ROOT)): length for path, length in lengths.items() if length > 300} == {}
