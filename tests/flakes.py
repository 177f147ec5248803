"""Tests that failed and then passed: `python -m tests.flakes FAILED` names them, and fails where one is not new.

FAILED is what pytest kept of the first try (`.pytest_cache/v/cache/lastfailed`, a JSON object with tests as names).
docs/flakes.md is a table of what was seen before. A test that stands there without a reason was left to fail again.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

SEEN = Path(__file__).parent.parent / "docs/flakes.md"


class Flake(NamedTuple):
    """A row of docs/flakes.md; `reason` is why the test failed and what mended it, empty where nobody knows yet."""

    day: str
    test: str
    what: str
    reason: str


def kind(test: str) -> str:
    """The test without its parameters: `tests/a.py::test_b[1-x]` is of the kind `tests/a.py::test_b`."""
    return test.partition("[")[0]


def read_flakes(page: str) -> list[Flake]:
    """The rows of the table in a page like docs/flakes.md. Raises ValueError for a row that has not four cells."""
    rows = [line for line in page.splitlines() if line.startswith("|")][2:]
    flakes = []
    for row in rows:
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        if len(cells) != 4:
            raise ValueError(f"A row of docs/flakes.md needs four cells: {row}")
        day, test, what, reason = cells
        flakes.append(Flake(day, kind(test.strip("`")), what, reason))
    return flakes


def left(flakes: Iterable[Flake], failed: Iterable[str] = ()) -> list[str]:
    """The kinds that flaked twice without a reason: two such rows, or one such row and a failure now."""
    without = Counter(flake.test for flake in flakes if not flake.reason)
    now = {kind(test) for test in failed}
    return sorted(test for test, times in without.items() if times > 1 or test in now)


def main(arguments: Sequence[str]) -> int:
    """Print what flaked, with rows to add to docs/flakes.md; 1 where a kind was there before without a reason."""
    failed = list(json.loads(Path(arguments[0]).read_text())) if arguments else []
    for test in failed:
        print(f"Flaky: {test}")
    flakes = read_flakes(SEEN.read_text())
    again = left(flakes, failed)
    if new := sorted({kind(test) for test in failed} - set(again)):
        print("They passed when tried again. Add to docs/flakes.md what was seen:")
        for test in new:
            print(f"| {date.today()} | `{test}` | … | |")
    for test in again:
        print(f"Flaky again, and docs/flakes.md gives no reason: {test}")
    return 1 if again else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
