"""A public name stands for one thing: no two modules of the app define the same one."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARED = {
    "PATH": "what a dialect has",
    "HEADERS": "what a dialect has",
    "LISTED_AT": "what a dialect has",
    "LISTING": "what a dialect has",
    "LENGTHS": "what a dialect has",
    "VERSIONED": "what a dialect has",
    "body": "what a dialect has",
    "speaks": "what a dialect has",
    "reading": "what a dialect has",
    "write": "what a language of snippets has",
    "handle": "how a page takes what its browser part asks for",
    "choose_model": "what a page with a model picker has",
    "set_system_prompt": "what a page with a system prompt has",
    "set_parameter": "what a page with a parameter panel has",
    "reset_parameters": "what a page with a parameter panel has",
    "main": "where a program begins",
    "log": "the logger of a module",
}
"""Names that mean the same in each module that has them, with what that is."""


def test_no_public_name_is_defined_in_two_modules() -> None:
    twice = {name: modules for name, modules in defined().items() if len(modules) > 1 and name not in SHARED}
    assert not twice, "\n".join(f"{name}: {', '.join(modules)}" for name, modules in sorted(twice.items()))


def test_every_shared_name_is_one() -> None:
    modules = defined()
    assert [name for name in SHARED if len(modules[name]) < 2] == []


def defined() -> dict[str, list[str]]:
    """The modules of each public name. Migrations are named by their tool."""
    modules = defaultdict(list)
    for folder in ("playground", "components"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                for name in set(names_of(file)):
                    modules[name].append(str(file.relative_to(ROOT)))
    return modules


def names_of(file: Path) -> Iterator[str]:
    """The public names that a module gives to classes, functions, constants and types."""
    for node in ast.parse(file.read_text("utf-8")).body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found = [name]
            case ast.Assign(targets=targets):
                found = [target.id for target in targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)):
                found = [name]
            case _:
                continue
        yield from (name for name in found if not name.startswith("_"))
