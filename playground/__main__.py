"""The command line: `llm-playground` where the app was installed, `python -m playground` in a clone."""

import argparse
import runpy
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from playground.system.places import ROOT, app_version


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command in `arguments`, by default those of the process; without any, start the app."""
    parser = argparse.ArgumentParser(
        prog="llm-playground", description="Try prompts on language models. Without a command, the app is started."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {app_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    starting = commands.add_parser("run", help="start the app", description="Start the app; Ctrl-C ends it.")
    starting.add_argument("--port", type=int, default=8501, help="the port it listens on (%(default)s)")
    starting.add_argument("--address", default="127.0.0.1", help="the address it listens on (%(default)s)")
    starting.set_defaults(do=_run)

    _add_experiments(commands)
    _add_copies(commands)
    _add_exports(commands)
    checking = commands.add_parser(
        "check",
        help="tell whether a shared page is as it was made",
        description="Compare a page that was saved from Share with the SHA-256 in it: exit code 0 where it is as it "
        "was made, 1 where it was changed, 2 where it is no such page.",
    )
    checking.add_argument("file", type=Path)
    checking.set_defaults(do=_check)

    arguments_given = list(sys.argv[1:] if arguments is None else arguments)
    chosen = parser.parse_args(arguments_given or ["run"])
    if "do" not in chosen:
        parser.error(f"Name a command: {', '.join(commands.choices)}")
    chosen.do(chosen)


def _add_experiments(commands: Any) -> None:
    experiments = commands.add_parser("experiment", help="run an experiment from a file").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    running = experiments.add_parser(
        "run",
        help="ask for all cells of an experiment, and check them",
        description="Run the experiment of a file: our YAML, a promptfoo configuration or a .prompt.yml. Exit code 0 "
        "where all checks passed, 1 where some failed or cells are missing, 2 where the file or a setting is wrong. "
        "Ctrl-C pauses.",
    )
    running.add_argument("file", type=Path)
    running.add_argument("--out", type=Path, metavar="DIR", help="where to write what came of it")
    running.add_argument("--resume", action="store_true", help="go on with the last run of the same experiment")
    running.add_argument("--max-cost", metavar="USD", help="what it may cost at most")
    running.set_defaults(do=_experiment)


def _experiment(chosen: argparse.Namespace) -> None:
    from playground.experiments.command import run_command

    run_command(chosen)


def _add_copies(commands: Any) -> None:
    backing = commands.add_parser(
        "backup",
        help="copy the database to a file, also while the app is running",
        description="Copy the database to a file, also while the app is running, and check the copy. A PostgreSQL "
        "database is written by pg_dump. Keys are not in it.",
    )
    backing.add_argument("file", nargs="?", type=Path, help="by default one in the data directory, under backups/")
    backing.set_defaults(do=_command("backup_command"))
    restoring = commands.add_parser(
        "restore",
        help="make the database out of such a file",
        description="Make the database out of a copy, where there is none yet.",
    )
    restoring.add_argument("file", type=Path)
    restoring.set_defaults(do=_command("restore_command"))


def _add_exports(commands: Any) -> None:
    for name, what, description in (
        (
            "export",
            "write all chats, comparisons, presets and so on to a zip",
            "Write everything of an owner to a zip of JSON Lines (docs/export.schema.json), without keys.",
        ),
        (
            "import",
            "add what is in such a zip",
            "Add what is in an export: all of it, or nothing where something is wrong with it. What is here stays.",
        ),
    ):
        adding = commands.add_parser(name, help=what, description=description)
        adding.add_argument("file", type=Path)
        adding.add_argument("--owner", help="whose, where people sign in: issuer and subject, with a space between")
        adding.set_defaults(do=_command(f"{name}_command"))


def _command(name: str) -> Callable[[argparse.Namespace], None]:
    def do(chosen: argparse.Namespace) -> None:
        from playground.archive import commands  # takes half a second, which starting the app has no use for

        sys.exit(commands.carried_out(getattr(commands, name), chosen))

    return do


def _check(chosen: argparse.Namespace) -> None:
    from playground.sharing.checking import check_page

    checked = check_page(chosen.file)
    print(checked.sentence)
    sys.exit(checked.exit_code)


def _run(chosen: argparse.Namespace) -> None:
    app = str(ROOT / "app.py")
    sys.argv = ["streamlit", "run", app, f"--server.address={chosen.address}", f"--server.port={chosen.port}"]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
