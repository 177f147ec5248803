"""How the answers of panes differ, word by word."""

from collections.abc import Sequence

import streamlit as st

from components.compare import actions
from components.compare.pane_view import PaneView
from playground.compare.difference import difference
from playground.text.labels import labels
from playground.text.markdown import plain

SIGNS = {"added": (":green-background[", "+"), "removed": (":red-background[", "−")}
LONGEST_COMPARED = 20_000


def differences(views: Sequence[PaneView]) -> None:
    """The answers on screen against that of the baseline, which can be chosen."""
    by_id = {view.pane.id: view for view in views if view.answer is not None and view.answer.text}
    if len(by_id) < 2:
        st.caption("There are no two answers to compare.")
        return
    chosen = views[0].comparison.baseline
    baseline = chosen if chosen in by_id else next(iter(by_id))
    if st.session_state.get("baseline") != baseline:
        st.session_state.baseline = baseline
    shown = labels({pane_id: (view.answer_name,) for pane_id, view in by_id.items()})
    st.selectbox(
        "Measured from",
        tuple(by_id),
        key="baseline",
        format_func=lambda pane_id: shown.get(pane_id, ""),
        on_change=lambda: actions.set_baseline(st.session_state.baseline),
    )
    st.caption(plain("+ is in this answer alone, − in the baseline alone."))
    before = by_id[baseline].answer
    for pane_id, view in by_id.items():
        if pane_id != baseline and before is not None and view.answer is not None:
            with st.container(key=f"difference-{view.number}", gap="xsmall"):
                st.markdown(f"**{plain(view.answer_name)}**")
                text_difference(before.text, view.answer.text)


def text_difference(before: str, after: str) -> None:
    """What `after` adds (+) to `before` and what it leaves out (−); signs as well as colours."""
    if len(before) > LONGEST_COMPARED or len(after) > LONGEST_COMPARED:
        st.caption(f"Only the first {LONGEST_COMPARED:,} characters of each are compared.")
        before, after = before[:LONGEST_COMPARED], after[:LONGEST_COMPARED]
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
    """`plain`, with blanks at both ends, which Markdown would drop, as blanks that it keeps."""
    head, tail = len(line) - len(line.lstrip()), len(line) - len(line.rstrip())
    if not line.strip():
        return "\N{NO-BREAK SPACE}" * len(line)
    return f"{_blank(head)}{plain(line)}{_blank(tail)}"


def _blank(length: int) -> str:
    return " " if length == 1 else "\N{NO-BREAK SPACE}" * length
