"""What the documents name is there: links, files, tests, make targets, modules, names in code and settings."""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/**/*.md")))

# Files that the app or a person makes, so that they are not in the repository.
MADE_LATER = {
    ".streamlit/secrets.toml",
    "secrets.toml",
    "playground.db",
    "workers_ai_models.json",
    "connection-keys.json",
    ".prompt.yml",
}
# Names of others: settings of Streamlit, a package.
NAMES_ELSEWHERE = {"global.minCachedMessageSize", "server.enableWebsocketCompression", "colorama"}
# Settings of others: of Streamlit, of OpenMP.
ELSEWHERE = re.compile("STREAMLIT_[A-Z_]+|OMP_[A-Z_]+")

FILE = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*\.(?:py|ts|mjs|js|css|html|json|toml|txt|md|db|yml)")
PLACE = re.compile(r"(?:[\w.-]+/)+[\w.-]*")
TEST = re.compile(r"(?:(?P<file>[\w/]+\.py)::)?(?P<name>test_\w+)")
NAME = re.compile(r"(?!test_)[A-Za-z_]\w*(?:\.\w+)*(?:\(.*\))?")
SETTING = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")


def text(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def in_backticks(document: str) -> Iterator[str]:
    without_blocks = re.sub(r"^```.*?^```", "", text(document), flags=re.MULTILINE | re.DOTALL)
    yield from (found[1] for found in re.finditer(r"`([^`\n]+)`", without_blocks))


def in_code(document: str) -> str:
    """What stands in backticks and in fenced blocks."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text(document), flags=re.MULTILINE | re.DOTALL)
    return "\n".join([*in_backticks(document), *blocks])


@cache
def files() -> frozenset[str]:
    """Every file of the repository, by its path from the root."""
    found = set()
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in {"node_modules", "build", "__pycache__", ".git", ".venv"}]
        found |= {(Path(folder) / name).relative_to(ROOT).as_posix() for name in names}
    return frozenset(found)


@cache
def code() -> str:
    """All Python of the repository, and what starts it."""
    named = [name for name in files() if name.endswith(".py") and name != "tests/project/test_documents.py"]
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in [*named, "Makefile"])


@cache
def words() -> frozenset[str]:
    """All words of the code, in both languages."""
    sources = [
        name for name in files() if re.fullmatch(r"browser/src/.*\.ts|pyproject\.toml|browser/package\.json", name)
    ]
    return frozenset(re.findall(r"\w+", "\n".join([code(), *((ROOT / name).read_text("utf-8") for name in sources)])))


def exists(path: str) -> bool:
    """Whether a file or folder has this path, or one that ends with it, as in `wire/requests.py`."""
    ends = re.compile(r"(?:.*/)?" + re.escape(path.rstrip("/")).replace(r"\*", "[^/]*") + r"(?:/.*)?")
    return any(ends.fullmatch(file) for file in files())


def slug(heading: str) -> str:
    """The anchor that a heading gets where the documents are read."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text(document)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = ROOT / document if not path else ROOT / Path(document).parent / path
        assert file.exists(), f"{document} links to {target}, which is not there."
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert anchor in map(slug, headings), f"{document} links to {target}, and there is no such heading."


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_and_tests_are_there(document: str) -> None:
    tops = {file.split("/")[0] for file in files() if "/" in file}
    missing = []
    for name in in_backticks(document):
        if test := TEST.fullmatch(name):
            there = f"def {test['name']}(" in (text(test["file"]) if test["file"] in files() else code())
        elif name in MADE_LATER:
            there = True
        elif FILE.fullmatch(name) or (PLACE.fullmatch(name) and name.split("/")[0] in tops):
            there = exists(name)
        else:
            continue
        if not there:
            missing.append(name)
    assert missing == [], f"{document} names what is not there."


@pytest.mark.parametrize("document", DOCUMENTS)
def test_names_are_in_the_code(document: str) -> None:
    named = {name for name in in_backticks(document) if NAME.fullmatch(name) and not FILE.fullmatch(name)}
    missing = [
        name
        for name in sorted(named - NAMES_ELSEWHERE)
        if not words() >= set(re.findall(r"\w+", name.partition("(")[0]))
    ]
    assert missing == [], f"{document} names what the code does not."


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_are_there(document: str) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", text("Makefile"), flags=re.MULTILINE))
    named = re.findall(r"^(?:[A-Z_]+=\S+ )?make ([a-z-]+)", in_code(document), flags=re.MULTILINE)
    assert set(named) <= targets

    for module in re.findall(r"python -m ([\w.]+)", text(document)):
        if module.split(".")[0] in {"tests", "bench", "playground"}:
            path = module.replace(".", "/")
            assert {f"{path}.py", f"{path}/__main__.py"} & files(), f"{document} runs {module}, which is not there."


@pytest.mark.parametrize("document", DOCUMENTS)
def test_settings_are_read(document: str) -> None:
    for name in SETTING.findall(in_code(document)):
        assert ELSEWHERE.fullmatch(name) or re.search(rf"\b{name}\b", code()), f"{document}: nothing reads {name}."


def test_every_setting_of_ours_is_in_the_readme() -> None:
    read = set()
    for file in files():
        if re.fullmatch(r"(?:playground|components|pages)/.*\.py|app\.py|router\.py", file):
            read |= set(re.findall(r'"(PLAYGROUND_[A-Z_]+)"', text(file)))
    assert {"PLAYGROUND_DATA_DIR"} <= read <= set(SETTING.findall(text("README.md")))
