"""A summary as JSON: figures under the codes of the public surface, with the words for them in the language chosen."""

import json
from collections.abc import Iterator, Mapping

from portal.reports.rules import Summary


def write(summary: Summary, labels: Mapping[str, Mapping[str, str]], language: str) -> Iterator[bytes]:
    """Write a summary's figures, and what its codes are called."""
    content = {"language": language, **summary.as_json(), "labels": labels}
    yield (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
