"""From an empty process to the first answer: the portal against bare Flask with the same imports."""

import os
import subprocess
import sys
import tempfile
import time

TIMES = 7
PORTAL = "import portal; app = portal.create_app(); print(app.test_client().get('/healthz').status_code)"
# The floor imports every module that the portal ended up importing from libraries, then answers from one route.
MODULES = (
    "import portal, sys; portal.create_app(); "
    "print(' '.join(sorted(m for m in sys.modules if not m.startswith(('portal', '__', 'encodings')))))"
)
FLOOR = """
import importlib
for name in {modules!r}.split():
    try:
        importlib.import_module(name)
    except Exception:
        pass
import flask
app = flask.Flask("floor")
app.route("/healthz")(lambda: "up")
print(app.test_client().get("/healthz").status_code)
"""


def median(code: str, environment: dict[str, str]) -> float:
    """Give the median seconds of a fresh interpreter that runs some code."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-W", "ignore", "-c", code], env=environment, check=True, capture_output=True)
        took.append(time.perf_counter() - began)
    return sorted(took)[TIMES // 2]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"PORTAL_DATA": folder, "PORTAL_LOG_LEVEL": "ERROR"}
        run = [sys.executable, "-W", "ignore", "-c", MODULES]
        modules = subprocess.run(run, env=environment, check=True, capture_output=True, text=True).stdout
        portal, floor = median(PORTAL, environment), median(FLOOR.format(modules=modules), environment)
    print(f"cold start {portal:.2f} s = {portal / floor:.2f} x bare Flask with the same imports ({floor:.2f} s)")
    print("bars: 1.5 x; 2 s")


if __name__ == "__main__":
    main()
