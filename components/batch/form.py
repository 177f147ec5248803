"""The form for a batch: the requests as text or file, and a preview of what would be submitted."""

import json

import streamlit as st

from components.batch import actions
from playground.batch.items import MOST_SHOWN_PROBLEMS, BatchDraft, encoded_size, estimate_batch, submit_refusal
from playground.errors import ProviderError
from playground.models.catalog import ModelCard
from playground.money import figures
from playground.providers.batch import LARGEST_BODY
from playground.text.markdown import plain

_WRITINGS = {"prompts": "One prompt a line", "jsonl": "JSON lines"}
_PLACEHOLDERS = {
    "prompts": "Write one sentence about the sea.\nWrite one sentence about the moon.",
    "jsonl": '{"prompt": "Write one sentence about the sea.", "external_reference": "sea"}\n'
    '{"prompt": "Write one sentence about the moon.", "max_tokens": 50}',
}


def batch_text() -> None:
    """Where requests are written or uploaded."""
    writing = st.segmented_control(
        "How the requests are written",
        list(_WRITINGS),
        key="batch_writing",
        default="prompts",
        required=True,
        format_func=_WRITINGS.__getitem__,
        persist_state="session",
    )
    uploaded = st.session_state.get("batch_file")
    st.text_area(
        "Requests",
        key="batch_text",
        height=180,
        placeholder=_PLACEHOLDERS[writing or "prompts"],
        disabled=uploaded is not None,
        persist_state="session",
        help="JSON lines hold whole request bodies; external_reference comes back with the result.",
    )
    with st.expander("Upload a file instead", icon=":material/upload_file:", key="batch_upload"):
        st.file_uploader(
            "A text file in UTF-8, written in the same way",
            type=["txt", "jsonl", "ndjson", "json"],
            key="batch_file",
            max_upload_size=20,
        )
    if uploaded is not None:
        st.caption(f"The requests are those of {plain(uploaded.name)}; remove it to write them here.")


def batch_preview(draft: BatchDraft, card: ModelCard, obstacle: ProviderError | None) -> None:
    """The number, size, price and problems of the requests, and the button that submits them."""
    refused = submit_refusal(draft.items) if draft.items else None
    # First, so that notes about the requests do not move the button while it is pressed.
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Submit",
            key="batch_submit",
            icon=":material/send:",
            type="primary",
            disabled=obstacle is not None,
            on_click=actions.submit,
        )
        st.caption(_counted(draft), width="content")
    if draft.problems:
        _problems(draft)
    if draft.items:
        _measures(draft, card)
    if refused is not None:
        st.error(f"**{plain(refused.message)}** {plain(refused.hint)}", icon=":material/error:")


def _counted(draft: BatchDraft) -> str:
    count = len(draft.items)
    if not count:
        return "Write at least one request. They are counted when you leave the box."
    return f"{figures.counted(count, 'request')} will be submitted."


def _measures(draft: BatchDraft, card: ModelCard) -> None:
    size = encoded_size(draft.items)
    likely = estimate_batch(draft.items, card)
    parts = [
        figures.counted(len(draft.items), "request"),
        f"{_bytes(size)} of {LARGEST_BODY / 1e6:.0f} MB",
        f"{figures.tokens(likely.prompt_tokens, estimated=True)} tokens in",
        f"at most {figures.tokens(likely.answer_tokens, estimated=True)} out" if likely.answer_tokens else "",
    ]
    if likely.cost is None:
        parts.append("unpriced")
    elif likely.answer_tokens is None:
        parts.append(f"{figures.usd(likely.cost, estimated=True)} and the answers")
    else:
        parts.append(f"at most {figures.usd(likely.cost, estimated=True)}")
    with st.container(key="batch_measures"):
        st.caption(plain(" · ".join(part for part in parts if part)), width="content")
    with st.expander("Preview", icon=":material/data_object:", key="batch_preview"):
        st.code("\n".join(json.dumps(item, indent=2, ensure_ascii=False) for item in draft.items[:3]), language="json")
        if len(draft.items) > 3:
            st.caption(f"And {len(draft.items) - 3:,} more.")


def _problems(draft: BatchDraft) -> None:
    lines = [f"- {plain(problem)}" for problem in draft.problems[:MOST_SHOWN_PROBLEMS]]
    if len(draft.problems) > MOST_SHOWN_PROBLEMS:
        lines.append(f"- and {len(draft.problems) - MOST_SHOWN_PROBLEMS:,} more")
    st.error("**Mend or remove these lines first.**\n\n" + "\n".join(lines), icon=":material/error:")


def _bytes(size: int) -> str:
    return f"{size:,} bytes" if size < 10_000 else f"{size / 1000:,.0f} kB" if size < 1e6 else f"{size / 1e6:.2f} MB"
