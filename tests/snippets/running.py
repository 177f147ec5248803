"""Snippets run as programs of their own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from playground.snippets import Snippet

BASH = 'for file; do bash "$file" || exit; done'
PYTHON = "import runpy, sys; [runpy.run_path(file) for file in sys.argv[1:]]"
NODE = "for (const file of process.argv.slice(1)) await import(file)"
RUN = {
    ".sh": ("bash", "-c", BASH, "bash"),
    ".py": (sys.executable, "-c", PYTHON),
    ".mjs": ("node", "--input-type=module", "-e", NODE),
}


def run(folder: Path, environment: dict[str, str], *programs: Snippet) -> str:
    """Save snippets of one language and run them one after the other; what they printed.

    Skips the test where their interpreter is missing.
    """
    files = [folder / f"{number}_{program.filename}" for number, program in enumerate(programs)]
    for file, program in zip(files, programs, strict=True):
        file.write_text(program.text, encoding="utf-8")
    kind = files[0].suffix
    for name in ("curl", "bash") if kind == ".sh" else RUN[kind][:1]:
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")
    done = subprocess.run(
        [*RUN[kind], *map(str, files)],
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "NO_PROXY": "127.0.0.1", **environment},
        cwd=folder,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
