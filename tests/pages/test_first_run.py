"""What the first page of a process costs is what is imported for it."""

import subprocess
import sys
from pathlib import Path

from playground.system.environment import least_environment
from playground.system.places import ROOT

FIRST_RUN = """
import sys
import app
from streamlit.testing.v1 import AppTest
app.load()
assert not AppTest.from_file("router.py", default_timeout=60).run().exception
print(*sys.modules)
"""
LATE = ("numpy", "PIL", "pandas", "jsonschema", "tiktoken", "llama_cpp", "altair")


def test_it_imports_nothing_heavy(tmp_path: Path) -> None:
    environment = {**least_environment(), "PLAYGROUND_DATA_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", FIRST_RUN], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    modules = run.stdout.split()
    assert [name for name in LATE if name in modules] == []
