"""Both languages, always: the catalog is complete, and no message is fuzzy, obsolete or has other placeholders."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_message_has_its_spanish() -> None:
    check = subprocess.run([sys.executable, "deploy/messages.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert check.returncode == 0, check.stdout + check.stderr
