"""What the first page of a process costs is what is imported for it; and each page can be that first one."""

import subprocess
import sys
from pathlib import Path

import pytest

from playground.system.environment import least_environment
from playground.system.places import ROOT
from tests.databases import new_database

FIRST_RUN = """
import gc
import sys
import app
from streamlit.testing.v1 import AppTest
app.load()
assert gc.get_freeze_count() > 10_000
assert not AppTest.from_file("router.py", default_timeout=60).run().exception
print(*sys.modules)
"""
EACH_FIRST = """
import os, sys
import alembic.command, alembic.runtime.migration, httpx, pydantic, sqlalchemy.dialects.sqlite, sqlalchemy.orm
import streamlit.web.server.starlette.starlette_app
from streamlit.testing.v1 import AppTest

def first(page):
    os.environ["PLAYGROUND_DATA_DIR"] += "/" + os.path.basename(page)
    import app
    app.load()
    shown = AppTest.from_file(os.path.abspath("router.py"), default_timeout=60).switch_page(page).run()
    assert not shown.exception, shown.exception
    assert len(shown.main), "nothing is shown"

# A process each in which nothing of the app was imported; what others wrote is, once for all.
for page in sys.argv[1:]:
    assert not {"app", "components", "playground"} & set(sys.modules)
    child = os.fork()
    if child == 0:
        try:
            first(page)
        except BaseException as error:
            print(page, repr(error), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
print("tried", len(sys.argv) - 1)
"""
PAGES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "pages").glob("*.py"))
LATE = ("numpy", "PIL", "pandas", "jsonschema", "tiktoken", "llama_cpp", "altair")
LATE_OF_OURS = ("playground.experiments.engine.runner", "playground.experiments.plans")


def test_the_server_listens_before_the_store_is_imported() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "import app, sys; print(*sys.modules)"],
        cwd=ROOT,
        env=least_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    modules = run.stdout.split()
    assert [name for name in ("playground.store", "sqlalchemy", "playground.providers") if name in modules] == []


def test_it_imports_nothing_heavy(tmp_path: Path) -> None:
    environment = {**least_environment(), "PLAYGROUND_DATA_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", FIRST_RUN], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    modules = run.stdout.split()
    assert [name for name in (*LATE, *LATE_OF_OURS) if name in modules] == []


@pytest.mark.timeout(300)
def test_a_link_to_any_page_works_in_a_fresh_process(tmp_path: Path) -> None:
    environment = {**least_environment(), "PLAYGROUND_DATA_DIR": str(tmp_path)}
    for page in PAGES:
        new_database(tmp_path / Path(page).name)
    run = subprocess.run(
        [sys.executable, "-c", EACH_FIRST, *PAGES],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split("\n") == [f"tried {len(PAGES)}", ""]
