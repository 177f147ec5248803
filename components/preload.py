"""What drawing code and formulas takes, fetched before the first answer needs it."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

NEEDED = ("StreamlitSyntaxHighlighter", "katex", "rehype-katex")
"""Parts of Streamlit's page that it loads late: 1.6 MB, at which an answer would stand still for half a second."""

# The address of a module is its name in the browser: what is imported here is not loaded again.
_mount = st.components.v2.component(
    "preload",
    js="""
let begun = false;
export default function ({ data }) {
  const page = document.querySelector('script[type="module"][src*="static/js/"]');
  if (begun || !page) return;
  begun = true;
  const load = () => data.files.reduce((before, file) => before.then(() => import(new URL(file, page.src))),
    Promise.resolve()).catch(() => {});
  if (window.requestIdleCallback) window.requestIdleCallback(load); else setTimeout(load, 300);
}
""",
)


def preload() -> None:
    """Have the browser load what answers with code and formulas need, when it has nothing else to do."""
    _mount(data={"files": needed()}, key="preload", height=1)


@lru_cache(maxsize=1)
def needed() -> tuple[str, ...]:
    """The names of these files, which change with each release of Streamlit; empty where there are none any more."""
    scripts = Path(st.__file__).parent / "static" / "static" / "js"
    return tuple(found.name for name in NEEDED for found in scripts.glob(f"{name}.*.js"))
