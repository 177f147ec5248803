"""`python -m bench [--only wire,enter,steady,fast,start] [--quick]`: measure and print one table."""

import argparse
import importlib
import sys

from bench.report import Figure, table

PARTS = ("wire", "enter", "steady", "fast", "start")


def main() -> int:
    """Run the parts and print what they measured; the exit code is 0 whatever the figures are."""
    asked = argparse.ArgumentParser(prog="python -m bench", description="How fast the app is, beside a peer.")
    asked.add_argument("--only", help=f"parts, separated by commas, of {', '.join(PARTS)}")
    asked.add_argument("--quick", action="store_true", help="fewer rounds: to see that it runs")
    arguments = asked.parse_args()
    parts = arguments.only.split(",") if arguments.only else PARTS
    if unknown := set(parts) - set(PARTS):
        asked.error(f"there is no part {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    for part in parts:
        print(f"… {part}", file=sys.stderr, flush=True)
        figures += importlib.import_module(f"bench.{part}").measure(quick=arguments.quick)
    print(table(figures))
    missed = sum(figure.met is False for figure in figures)
    print(f"\n{sum(figure.met is True for figure in figures)} goals met, {missed} missed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
