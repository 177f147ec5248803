"""Finds the files that the first screens need, to be preloaded while the server still imports.

Streamlit's page loads the file of an element when the first such element comes, and then the imports of the file.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_IMPORTS = re.compile(r"""\b(?:from|import)\s*"\./([\w.-]+\.js)\"""")
_HEAD = 20_000
"""Characters at the beginning of a file that contain its imports."""


def first_files(folder: Path, page: str, elements: Iterable[str]) -> tuple[str, ...]:
    """The files in `folder` for these elements and all their imports, without those of the `page`'s file.

    Files are named after their element, followed by a hash; missing ones are left out.
    """
    fetched = set(_with_imports(folder, _named(folder, page)))
    names = [name for element in elements for name in _named(folder, element)]
    return tuple(name for name in _with_imports(folder, names) if name not in fetched)


def _named(folder: Path, element: str) -> list[str]:
    return sorted(path.name for path in folder.glob(f"{element}.*.js"))


def _with_imports(folder: Path, names: Iterable[str]) -> Iterator[str]:
    left = list(names)
    seen = set(left)
    while left:
        name = left.pop(0)
        try:
            with (folder / name).open(encoding="utf-8") as file:
                head = file.read(_HEAD)
        except OSError:
            continue
        yield name
        new = [other for other in dict.fromkeys(_IMPORTS.findall(head)) if other not in seen]
        seen.update(new)
        left += new
