"""The benchmarks run. What they measure depends on the machine, and is no test."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wire_part_measures_and_prints_its_table() -> None:
    command = [sys.executable, "-m", "bench", "--only", "wire", "--quick"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "bytes to events" in ran.stdout
    assert "openai SDK" in ran.stdout
