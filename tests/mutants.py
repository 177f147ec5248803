"""Breaks the code on purpose, one small change at a time, and prints each change that no test noticed: `make mutants`.

`python -m tests.mutants [PART …]` tries the parts of the code below with the tests that are near them, each in a copy
under build/mutants/. In the copy, `mutmut browse` shows them all, and `mutmut run NAME` tries one again.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
ANSWERS = ("tests/providers/test_answers.py", "tests/providers/wire/test_reading.py")

PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sse": (("playground/providers/wire/sse.py",), ("tests/providers/wire/test_sse.py",)),
    "usage": (("playground/providers/wire/usage_reading.py",), ("tests/providers/wire/test_usage_reading.py",)),
    "thinking": (
        ("playground/providers/wire/thoughts/thinking.py", "playground/providers/wire/thoughts/thought_tags.py"),
        ("tests/providers/wire/test_thinking.py", *ANSWERS),
    ),
    "calls": (
        ("playground/providers/wire/tools/tool_calls.py", "playground/providers/wire/tools/call_pieces.py"),
        ("tests/providers/wire/test_tool_calls.py", *ANSWERS),
    ),
    "frames": (
        (
            "playground/providers/wire/frames.py",
            "playground/providers/wire/answer_builder.py",
            "playground/providers/wire/reading.py",
        ),
        ("tests/providers/wire/test_extra_reading.py", "tests/providers/wire/test_answer_length.py", *ANSWERS),
    ),
    "dialects": (
        ("playground/providers/dialects/*.py",),
        ("tests/providers/wire/test_frames.py", "tests/providers/dialects", *ANSWERS),
    ),
    "batch": (("playground/providers/batch.py",), ("tests/providers/test_batch.py",)),
    "price": (
        (
            "playground/metering.py",
            "playground/money/pricing.py",
            "playground/money/figures.py",
            "playground/compare/verdict.py",
        ),
        (
            "tests/test_metering.py",
            "tests/money/test_pricing.py",
            "tests/money/test_figures.py",
            "tests/compare/test_verdict.py",
        ),
    ),
    "clamping": (("playground/parameters/clamping.py",), ("tests/parameters/test_clamping.py",)),
    "turns": (("playground/store/turns.py",), ("tests/store/test_turns.py",)),
    "importing": (("playground/importing/**/*.py",), ("tests/importing",)),
}
"""By name: what is broken, and the tests that should notice."""

# Each mutant's tests run in a process of their own, forked from one that ran none: no loop, no server, no thread.
# A mutant that hangs counts as noticed: after five times what its tests take, and half a minute on a busy machine.
SETTINGS = """
[tool.mutmut]
source_paths = ["playground"]
only_mutate = {modules}
pytest_add_cli_args_test_selection = {tests}
pytest_add_cli_args = ["-p", "no:cacheprovider", "-k", "not postgresql", "--hypothesis-profile=mutants"]
process_isolation = "forkserver"
timeout_multiplier = 5.0
timeout_constant = 6.0
use_git_change_detection = false
"""


def lay_out(part: str) -> Path:
    """A folder with a copy of the code and its tests, and the settings of mutmut for one part."""
    modules, tests = PARTS[part]
    folder = ROOT / "build/mutants" / part
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("playground", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    settings = SETTINGS.format(modules=list(modules), tests=list(tests))
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text() + settings)
    return folder


def try_all(part: str) -> int:
    """Try all mutants of a part, and print those that no test noticed; how many they are. Raises SystemExit."""

    def mutmut(*arguments: str) -> str:
        command = [str(Path(sys.executable).parent / "mutmut"), *arguments]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if ran.returncode:
            sys.exit(f"{part}: {' '.join(command)} failed:\n{ran.stdout[-5000:]}{ran.stderr}")
        return ran.stdout

    folder = lay_out(part)
    mutmut("run")
    states = dict(line.strip().rsplit(": ", 1) for line in mutmut("results").splitlines() if ": " in line)
    unnoticed = [name for name, state in states.items() if state in ("survived", "no tests")]
    for name in unnoticed:
        print(mutmut("show", name), flush=True)
    print(f"{part}: {len(unnoticed)} changes that no test noticed", flush=True)
    return len(unnoticed)


def main(parts: Sequence[str]) -> None:
    """Try the named parts, all where none is named. Raises SystemExit for a name that is none."""
    if unknown := set(parts) - set(PARTS):
        sys.exit(f"No such part: {', '.join(sorted(unknown))}. There are {', '.join(PARTS)}.")
    for part in parts or PARTS:
        try_all(part)


if __name__ == "__main__":
    main(sys.argv[1:])
