"""`python -m bench [--only PART,…] [--quick]`: measure and print.

Compare ratios, and absolute figures only of a machine that has nothing else to do: the load is printed with them.
"""

import argparse
import importlib
import sys

import psutil

from bench.report import Figure, table

PARTS = (
    "wire",
    "chat",
    "steady",
    "fast",
    "panes",
    "replay",
    "stop",
    "slider",
    "long",
    "sessions",
    "start",
    "history",
    "history_page",
    "usage",
    "standings",
    "exports",
    "grid",
    "scale",
)


def main() -> int:
    """Run the parts and print a table for each; the exit code is 0 whatever the figures are."""
    asked = argparse.ArgumentParser(prog="python -m bench", description="How fast the app is, beside a peer.")
    asked.add_argument("--only", help=f"parts, separated by commas, of {', '.join(PARTS)}")
    asked.add_argument("--quick", action="store_true", help="fewer rounds: to see that it runs")
    arguments = asked.parse_args()
    parts = arguments.only.split(",") if arguments.only else PARTS
    if unknown := set(parts) - set(PARTS):
        asked.error(f"there is no part {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    for part in parts:
        measured = importlib.import_module(f"bench.{part}").measure(quick=arguments.quick)
        busy = psutil.getloadavg()[0] / (psutil.cpu_count() or 1)
        print(
            f"{part}, with {busy:.1f} processes waiting or running for each processor\n\n{table(measured)}\n",
            flush=True,
        )
        figures += measured
    missed = sum(figure.met is False for figure in figures)
    print(f"{sum(figure.met is True for figure in figures)} goals met, {missed} missed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
