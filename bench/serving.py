"""GET a pillar page and POST a submission through the real server, each as a ratio of its floor in the same run.

Needs `wrk` (Debian). Both servers are granian with the same workers and threads; load comes from one wrk thread.
"""

import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
CONNECTIONS = 16
FORM = {
    "pillar": "2",
    "stakeholder_type": "individual",
    "country": "MX",
    "show_as": "anonymous",
    "language": "es",
    "confidentiality": "public",
    "body": "La línea del cruce avanza despacio y los choferes esperan sin agua ni baños. Pedimos carriles de noche.",
    "consent": "y",
}
POST_SCRIPT = """
local n = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Cookie"] = "{cookie}"
request = function()
  n = n + 1
  return wrk.format(nil, nil, nil, "{body}&attempt={mark}" .. n)
end
local sent, other = 0, 0
response = function(status) if status ~= 303 then io.stderr:write(status .. " ") end end
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(target: str, environment: dict[str, str]) -> Iterator[str]:
    """Serve an application factory with granian; give its address."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--port", str(port)]
    command += ["--workers", str(os.cpu_count()), "--blocking-threads", "4", "--log-level", "error", target]
    with subprocess.Popen(command, env=os.environ | environment) as server:
        address = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{address}/healthz").read()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        yield address
        server.terminate()


def per_second(address: str, script: str = "") -> float:
    """Give wrk's requests a second."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", address]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        if script:
            file.write(script)
            file.flush()
            command += ["-s", file.name]
        output = subprocess.run(command, capture_output=True, text=True, check=True)
    if strange := output.stderr.split():
        print(f"  answers that were not 303: {len(strange)}, such as {strange[0]}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", output.stdout)
    assert found, output.stdout
    return float(found[1])


def post_script(address: str) -> str:
    """Open the form for its token and cookie, and write the load that sends it."""
    cookies = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    page = opener.open(address).read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token, page
    body = urlencode(FORM | {"csrf_token": token[1]})
    cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies)
    return POST_SCRIPT.format(cookie=cookie, body=body.replace("%", "%"), mark=secrets.token_hex(8))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = {"PORTAL_DATA": folder, "PORTAL_LIMITS_SCALE": "1000000", "PORTAL_LOG_LEVEL": "ERROR"}
        for command in (["migrate"], ["load", "portal/pillars/dialogue.yaml"]):
            written = [sys.executable, "-m", "portal", *command]
            subprocess.run(written, env=os.environ | settings, check=True, stdout=subprocess.DEVNULL)
        with serving("portal:create_app", settings) as address:
            request = urllib.request.Request(f"{address}/en/pillars/2")
            page = urllib.request.urlopen(request).read()
            get = per_second(f"{address}/en/pillars/2")
            post = per_second(f"{address}/es/aportaciones/nueva", post_script(f"{address}/es/aportaciones/nueva"))
        Path(folder, "page.html").write_bytes(page)
        floor = {"FLOOR_PAGE": f"{folder}/page.html", "FLOOR_DATABASE": f"{folder}/floor.sqlite3"}
        with serving("bench.floor_app:create_floor", floor) as address:
            get_floor = per_second(f"{address}/page")
            post_floor = per_second(f"{address}/send", post_script(f"{address}/send"))
    print(f"GET pillar page  {get:8.0f}/s = {get / get_floor:.2f} x floor ({get_floor:.0f}/s)   bar: 0.6")
    print(f"POST submission  {post:8.0f}/s = {post / post_floor:.2f} x floor ({post_floor:.0f}/s)   bar: 0.5")


if __name__ == "__main__":
    main()
