"""Both languages, always: the catalog is complete, and no message is fuzzy, obsolete or has other placeholders."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_message_has_its_spanish() -> None:
    command = [sys.executable, "deploy/messages.py", "--check"]
    check = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout + check.stderr
