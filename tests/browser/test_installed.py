"""The wheel, installed into an environment that knows nothing of the repository, and started by its command."""

import importlib.util
import os
import re
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from playwright.sync_api import expect

from playground.system.places import ROOT, app_version
from tests.browser.app import App
from tests.browser.chat_page import LLAMA
from tests.browser.conftest import Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(importlib.util.find_spec("hatchling") is None, reason="hatchling builds the wheel"),
    pytest.mark.xdist_group("installed"),
]


class InstalledApp(App):
    """The app of an environment, started in a folder that is not the repository."""

    def __init__(self, environment: Path, data_dir: Path, **settings: str) -> None:
        super().__init__(data_dir, **settings)
        self.folder = environment.parent
        self._program = environment / ("Scripts" if os.name == "nt" else "bin") / "llm-playground"

    def command(self) -> list[str]:
        return [str(self._program), "run", "--port", str(self.port)]

    def version(self) -> str:
        """What the command says about itself."""
        return subprocess.run([self._program, "--version"], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    building = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(building, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(
    wheel: Path, tmp_path_factory: pytest.TempPathFactory, cloudflare: dict[str, str]
) -> Iterator[InstalledApp]:
    """The libraries are those of this environment, by a path file: nothing is fetched."""
    folder = tmp_path_factory.mktemp("installed")
    environment = folder / "environment"
    venv.create(environment, symlinks=os.name != "nt")
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    into = sysconfig.get_path("purelib", vars={"base": str(environment), "platbase": str(environment)})
    (Path(into) / "libraries.pth").write_text(str(Path(httpx.__file__).parents[1]))
    installing = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index"]
    subprocess.run([*installing, str(wheel)], check=True, capture_output=True)
    with InstalledApp(environment, folder / "data", **cloudflare) as running:
        yield running


def test_it_is_served_with_what_it_is_made_of(installed: InstalledApp, visit: Visit) -> None:
    assert installed.version() == f"llm-playground {app_version()}\n"
    assert httpx.get(f"{installed.url}/healthz").text == "ok"

    page = visit(installed, model=LLAMA)
    page.ask("Say hello")
    page.idle()

    expect(page.page).to_have_title(re.compile("LLM playground$"))
    expect(page.answer).to_contain_text(" out ·")


def test_the_wheel_needs_what_the_requirements_say(wheel: Path) -> None:
    with ZipFile(wheel) as opened:
        name = next(name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        described = opened.read(name).decode()
    needed = re.findall(r"^Requires-Dist: (.+)", described, re.MULTILINE)
    for file, extra in (("requirements.txt", ""), ("requirements-cluster.txt", "cluster")):
        lines = (ROOT / file).read_text().splitlines()
        wanted = [re.split("[<>=]", line)[0] for line in lines if line and not line.startswith("#")]
        end = f"extra == '{extra}'"
        found = [line for line in needed if (end in line if extra else "extra ==" not in line)]
        assert [re.split("[<>=]", line)[0] for line in found] == sorted(wanted)
