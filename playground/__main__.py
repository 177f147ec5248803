"""The command line: `llm-playground` where the app was installed, `python -m playground` in a clone."""

import argparse
import runpy
import sys
from collections.abc import Sequence

from playground.system.places import ROOT, app_version


def main(words: Sequence[str] | None = None) -> None:
    """Do what the words of a command line ask for; without any, start the app."""
    parser = argparse.ArgumentParser(
        prog="llm-playground", description="Try prompts on language models. Without a command, the app is started."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {app_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    starting = commands.add_parser("run", help="start the app", description="Start the app; Ctrl-C ends it.")
    starting.add_argument("--port", type=int, default=8501, help="the port it listens on (%(default)s)")
    starting.add_argument("--address", default="127.0.0.1", help="the address it listens on (%(default)s)")
    starting.set_defaults(do=_run)

    given = list(sys.argv[1:] if words is None else words)
    chosen = parser.parse_args(given or ["run"])
    if "do" not in chosen:
        parser.error("Name a command: run")
    chosen.do(chosen)


def _run(chosen: argparse.Namespace) -> None:
    app = str(ROOT / "app.py")
    sys.argv = ["streamlit", "run", app, f"--server.address={chosen.address}", f"--server.port={chosen.port}"]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
