"""Node's packages for the tests of Workers, fetched once for all test runs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent / "node"


@pytest.fixture(scope="session")
def node_packages() -> Path:
    """A folder with TypeScript, Cloudflare's types and Miniflare in it. Skips where they cannot be had."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: Workers cannot be type-checked and run")
    folder = Path(os.environ.get("PLAYGROUND_TEST_NODE_DIR") or ".cache/node").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    wanted = (SOURCE / "package.json").read_text()
    stamp = folder / "installed.json"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.copy(SOURCE / "package.json", folder)
        command = ["npm", "install", "--no-audit", "--no-fund", "--no-save", "--loglevel=error"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"npm could not fetch Cloudflare's packages: {done.stderr.strip()[-300:]}")
        stamp.write_text(wanted)
    shutil.copy(SOURCE / "run_workers.mjs", folder)
    return folder
