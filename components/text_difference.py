"""How one pane's text differs from another's, word by word."""

import streamlit as st

from components.markdown import plain
from playground.difference import difference

SIGNS = {"added": (":green-background[", "＋"), "removed": (":red-background[", "－")}
LONGEST = 20_000


def text_difference(before: str, after: str) -> None:
    """What `after` adds (＋) to `before` and what it leaves out (－); signs as well as colours."""
    if len(before) + len(after) > LONGEST:
        st.caption(f"Only the first {LONGEST // 2:,} characters of each are compared.")
        before, after = before[: LONGEST // 2], after[: LONGEST // 2]
    pieces = difference(before, after)
    if all(change == "same" for change, _ in pieces):
        st.caption("The two texts are the same.")
        return
    st.markdown("".join(_drawn(change, text) for change, text in pieces))


def _drawn(change: str, text: str) -> str:
    lines = text.split("\n")
    if change == "same":
        return "  \n".join(_exact(line) for line in lines)
    start, sign = SIGNS[change]
    return "  \n".join(f"{start}{sign}{_exact(line) or '¶'}]" for line in lines)


def _exact(line: str) -> str:
    """`plain`, with the spaces at both ends that Markdown would drop."""
    head, tail = len(line) - len(line.lstrip()), len(line) - len(line.rstrip())
    return f"{' ' * bool(head)}{plain(line)}{' ' * bool(tail and line.strip())}"
