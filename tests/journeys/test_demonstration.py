"""The demonstration is a portal like any other: what it holds can be proved."""

import os
import subprocess
import sys

from tests.journeys.conftest import ROOT, Portal


def test_the_demonstration_proves_itself(portal: Portal) -> None:
    environment = os.environ | {"PORTAL_DATA": str(portal.database.parent), "PORTAL_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "portal", "verify"]
    proof = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, check=False)
    assert proof.returncode == 0, proof.stdout + proof.stderr
    assert "All is as it was made." in proof.stdout
