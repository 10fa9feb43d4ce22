"""Send every line of a JSON Lines file through the real form of a running portal, and read each one back.

    python -m bench.send submissions.jsonl --at http://127.0.0.1:8000 --threads 8 --out receipts.csv

Each person opens the form, sends it, follows to the receipt, and then, in another browser, opens the follow page with
receipt code and access key, where the text must stand as it was sent: line breaks as LF, a NUL as U+FFFD, nothing
else changed. Start the portal with PORTAL_LIMITS_SCALE=1000, or the limits will stop this as they must.
"""

import argparse
import csv
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.browser import Browser, Page
from portal.languages.detect import language_of

FORM = {"en": "/en/input/new", "es": "/es/aportaciones/nueva"}
FOLLOW = {"en": "/en/follow", "es": "/es/seguimiento"}
PILLARS = {"I": "1", "II": "2", "III": "3", "IV": "4"}
SECTORS = {"private-sector": "private_sector", "civil-society": "civil_society", "other-ngo": "ngo"}
COUNTRIES = {"MX", "US", "SV", "HN", "GT"}
TOO_MANY = 429


class NotReceived(Exception):
    """The portal did not give a receipt; the message says what it answered."""


@dataclass(frozen=True)
class Sent:
    """What became of one line: its receipt, how long sending took, and whether it came back as it was sent."""

    row_id: str
    code: str
    key: str
    seconds: float
    came_back: bool
    fault: str = ""


def form_of(row: dict[str, Any]) -> dict[str, str]:
    """Fill in the form with a row, by the surface's rules for samples."""
    text, language = str(row["text"]), str(row["lang"])
    sector, country = str(row["stakeholder_type"]), str(row["country"])
    organization = str(row.get("organization") or "")
    return {
        "pillar": PILLARS.get(str(row["pillar"]), str(row["pillar"])),
        "workstream": str(row.get("workstream_id") or ""),
        "stakeholder_type": SECTORS.get(sector, sector),
        "organization": organization,
        "country": country if country in COUNTRIES else "other",
        "confidentiality": "public",
        "show_as": "organization" if organization else "anonymous",
        "body": text,
        "language": language_of(text) or language,
        "consent": "y",
    }


def expected(text: str) -> str:
    """The text as it must come back."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def send(browser: Browser, row: dict[str, Any]) -> tuple[str, str]:
    """Open the form, send it, and read code and key from the receipt. Raises NotReceived, OSError."""
    path = FORM[row["lang"]]
    blank = browser.open(path)
    receipt = browser.open(path, blank.hidden.get("input", {}) | form_of(row))
    if "code" not in receipt.texts or "key" not in receipt.texts:
        raise NotReceived(_said(receipt))
    return receipt.texts["code"].strip(), receipt.texts["key"].strip()


def read_back(browser: Browser, code: str, key: str, language: str = "en") -> str:
    """Open a submission with its code and key, and give its text. Raises NotReceived, OSError."""
    blank = browser.open(FOLLOW[language])
    page = browser.open(FOLLOW[language], blank.hidden.get("follow", {}) | {"code": code, "key": key})
    if "text" not in page.texts:
        raise NotReceived(_said(page))
    return page.texts["text"]


def _said(page: Page) -> str:
    if page.status == TOO_MANY:
        return "429: over the limit; start the portal with PORTAL_LIMITS_SCALE=1000"
    return f"{page.status}: {' '.join(page.texts.get('error-summary', '').split())}"


def send_and_check(portal: str, row: dict[str, Any]) -> Sent:
    """Send one line and read it back in another browser."""
    row_id, text = str(row["id"]), str(row["text"])
    began = time.perf_counter()
    try:
        code, key = send(Browser(portal), row)
        seconds = time.perf_counter() - began
        came_back = read_back(Browser(portal), code, key, row["lang"]) == expected(text)
    except (NotReceived, OSError) as fault:
        return Sent(row_id, "", "", time.perf_counter() - began, came_back=False, fault=str(fault))
    return Sent(row_id, code, key, seconds, came_back)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read the rows of a JSON Lines file."""
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def report(sent: list[Sent], took: float) -> str:
    """Write what was found as a table."""
    times = sorted(one.seconds * 1000 for one in sent) or [0.0]
    received = [one for one in sent if one.code]
    facts = [
        ("lines", len(sent)),
        ("receipts", len(received)),
        ("codes, each one once", len({one.code for one in received})),
        ("came back character for character", sum(one.came_back for one in sent)),
        ("came back otherwise", sum(not one.came_back for one in received)),
        ("no receipt", len(sent) - len(received)),
        ("seconds", f"{took:.1f}"),
        ("sent and read back, a second", f"{len(sent) / took:.1f}"),
        ("form to receipt, median ms", f"{statistics.median(times):.0f}"),
        ("form to receipt, 95th percentile ms", f"{times[int(0.95 * (len(times) - 1))]:.0f}"),
    ]
    faults = Counter(one.fault for one in sent if one.fault)
    return "\n".join(
        [f"{name:<38}{value!s:>9}" for name, value in facts] + [f"{n} x {fault}" for fault, n in faults.items()]
    )


def main() -> int:
    """Send a file, print the table, write the receipts. Exit status 1 where anything did not come back."""
    parser = argparse.ArgumentParser(description="Send a JSON Lines file through the real form and read it back.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--at", default="http://127.0.0.1:8000", help="the portal's address")
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--out", type=Path, help="write id, code and key to this CSV file")
    asked = parser.parse_args()
    began = time.perf_counter()
    with ThreadPoolExecutor(asked.threads) as threads:
        sent = list(threads.map(lambda row: send_and_check(asked.at, row), lines(asked.file)))
    print(report(sent, time.perf_counter() - began))
    for one in sent:
        if one.code and not one.came_back:
            print(f"{one.row_id} ({one.code}) did not come back as it was sent", file=sys.stderr)
    if asked.out:
        with asked.out.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("id", "code", "key"), *((one.row_id, one.code, one.key) for one in sent)])
    return 0 if sent and all(one.came_back for one in sent) else 1


if __name__ == "__main__":
    sys.exit(main())
