"""The loop that all answers share waits for nothing but sockets."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.upstream import Upstream


@pytest.mark.model
def test_the_loop_touches_no_file_no_database_and_no_process(
    upstream: Upstream, tmp_path: Path, model_data_dir: Path
) -> None:
    asked = [sys.executable, "-m", "tests.loop_session", upstream.base_url, upstream.openai_url, str(tmp_path)]
    done = subprocess.run([*asked, str(model_data_dir)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    *said, found = done.stdout.splitlines()
    assert [line.rpartition(" ")[2] for line in said if line[0] in "@ol"] == [
        "done",
        "done",
        "done",
        "failed",
        "done",
        "done",
    ]
    assert "batch done" in said
    assert json.loads(found) == []
