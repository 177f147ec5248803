"""promptfoo on the same question, where Node can run it: `PROMPTFOO` is a folder with `node` and `promptfoo` in it.

It needs Node 22: `npm install node@22 promptfoo` puts both into `node_modules/.bin`.
"""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

BY_ITSELF, QUICKEST = 4, 50
"""Requests that it has on their way where nobody says how many, and where it is quickest: more made it slower."""
_FEW, _MANY, _MANY_QUICK = 20, 1_020, 220


def is_there() -> bool:
    """Whether it can be measured; says so where it cannot."""
    if "PROMPTFOO" in os.environ:
        return True
    print("promptfoo is not measured: set PROMPTFOO to a folder with node (22) and promptfoo in it.")
    return False


def cells_per_second(origin: str, at_once: int, *, quick: bool) -> float:
    """Cells a second with so many requests at once, its start taken out."""
    many = _MANY_QUICK if quick else _MANY
    few_s, many_s = (_took(Path(os.environ["PROMPTFOO"]), origin, rows, at_once) for rows in (_FEW, many))
    return (many - _FEW) / (many_s - few_s)


def _took(programs: Path, origin: str, rows: int, at_once: int) -> float:
    with tempfile.TemporaryDirectory() as home:
        file, results = Path(home) / "promptfooconfig.json", Path(home) / "results.json"
        file.write_text(json.dumps(_config(origin, rows)))
        environment = os.environ | {
            "PROMPTFOO_CONFIG_DIR": home,
            "PROMPTFOO_DISABLE_TELEMETRY": "1",
            "PROMPTFOO_DISABLE_UPDATE": "1",
            "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1",
            "OPENAI_API_KEY": "none",
        }
        command: list[str | Path] = [
            programs / "node",
            (programs / "promptfoo").resolve(),
            "eval",
            "--config",
            file,
            "--no-cache",
        ]
        command += ["--max-concurrency", str(at_once), "--no-progress-bar", "--no-table", "--output", results]
        began = time.perf_counter()
        subprocess.run(
            command, cwd=home, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
        )
        took = time.perf_counter() - began
        passed = json.loads(results.read_text())["results"]["stats"]["successes"]
        assert passed == rows, f"promptfoo passed {passed} of {rows}"
    return took


def _config(origin: str, rows: int) -> dict[str, object]:
    return {
        "prompts": ["Why is {{word}} salty?"],
        "providers": [{"id": "openai:chat:m", "config": {"apiBaseUrl": f"{origin}/v1"}}],
        "defaultTest": {"assert": [{"type": "contains", "value": "salt"}]},
        "tests": [{"vars": {"word": f"sea {number}"}} for number in range(rows)],
    }
