"""What the history is filtered by: it is in the address, and controls change it there."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, get_args

import streamlit as st

from components.frame.process import called, chat
from components.frame.reader_zone import reader_zone
from components.history.saved_filters import saved_filters, stored_filters
from playground.presets import PresetLibrary
from playground.store import HistoryFilter
from playground.store.entry_facts import FacetName
from playground.text.labels import visible
from playground.text.markdown import plain

_KINDS = {"Chats": "chat", "Comparisons": "compare", "Batches": "batch", "Experiments": "experiment"}
_ALL = "All"
_NEWEST, _BEST, _BY_RELEVANCE = "Newest first", "Best match first", "relevance"
OUTCOMES = {
    "done": "Done",
    "failed": "Failed",
    "stopped": "Stopped",
    "interrupted": "Broke off",
    "live": "Not finished",
}
COST_NAMES = {
    "0.001": "$0.001 or more",
    "0.01": "$0.01 or more",
    "0.1": "$0.10 or more",
    "1": "$1 or more",
    "10": "$10 or more",
    "unpriced": "Unpriced",
}
VOTES = {"better": "One was better", "tie": "Tie", "bad": "All bad", "none": "Not voted on"}
FACETS = get_args(FacetName)
NAMES = ("q", *FACETS, "since", "until", "archived", "order")


def filter_in_address() -> dict[str, str]:
    """The filter in the address, without the place in the list; none where it is the address of a chat."""
    if "c" in st.query_params:  # Back may lead here with it: the browser writes a page's query before its name
        return {}
    return {name: value for name in NAMES if (value := st.query_params.get(name))}


def place_in_address() -> dict[str, str]:
    """Which page of the list the address names: `after` or `before` a place; empty for the first one."""
    found = {name: st.query_params.get(name, "") for name in ("after", "before")}
    return {name: place for name, place in found.items() if place}


def history_filter(query: Mapping[str, str]) -> HistoryFilter:
    """The filter that an address names; what cannot be read in it is passed over."""
    return HistoryFilter(
        query.get("q", ""),
        {name: query[name] for name in FACETS if name in query},
        _midnight(_date(query.get("since"))),
        _midnight(_date(query.get("until")), days=1),
        archived="archived" in query,
        by_relevance=query.get("order") == _BY_RELEVANCE,
    )


def history_controls(query: Mapping[str, str]) -> None:
    """The box for words, the kinds, and the filters behind a button."""
    _keep("history_search", query.get("q", ""))
    st.text_input(
        "Search",
        key="history_search",
        max_chars=300,
        placeholder="Words in titles, messages and answers",
        label_visibility="collapsed",
        on_change=_choose,
        args=("q", "history_search"),
        help='Words in one message, in any order. "Words in a row" in quotes, -without a word, begin* for a beginning. '
        "Of experiments, titles, prompts and rows are found, and not their answers.",
    )
    kind = next((name for name, kind in _KINDS.items() if kind == query.get("kind")), _ALL)
    _keep("history_kind", kind)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            "Show",
            [_ALL, *_KINDS],
            required=True,
            key="history_kind",
            label_visibility="collapsed",
            width="content",
            on_change=_choose,
            args=("kind", "history_kind", _KINDS),
        )
        chosen = [name for name in query if name not in ("q", "kind", "order")]
        active = next((saved["name"] for saved in stored_filters() if saved["query"] == query), None)
        label = f"Filter: {plain(active)}" if active else f"Filters ({len(chosen)})" if chosen else "Filters"
        with st.popover(label, icon=":material/filter_list:", key="history_filters", on_change="rerun") as box:
            if box.open:
                _filters(query)
        if query:
            st.button("Clear", key="history_clear", icon=":material/close:", type="tertiary", on_click=clear)


def order_control(query: Mapping[str, str], *, few: bool) -> None:
    """The order of a search, where its hits are few enough for another one than the newest first."""
    chosen = query.get("order") == _BY_RELEVANCE
    if few:
        _keep("history_order", _BEST if chosen else _NEWEST)
        st.segmented_control(
            "Order",
            [_NEWEST, _BEST],
            required=True,
            key="history_order",
            label_visibility="collapsed",
            width="content",
            on_change=_choose,
            args=("order", "history_order", {_BEST: _BY_RELEVANCE}),
        )
    elif chosen and "q" in query:
        st.caption("Too many hits to have the best match first: the newest comes first.")


def _filters(query: Mapping[str, str]) -> None:
    store = chat().store
    left, right = st.columns(2)
    with left:
        _select("Model", "model", store.history_values("model"), query, called)
        _select("Outcome", "outcome", tuple(OUTCOMES), query, OUTCOMES.__getitem__)
        _select("Preset", "preset", store.history_values("preset"), query, _preset_name)
        _day("From", "since", query)
    with right:
        _select("Connection", "connection", store.history_values("connection"), query, visible)
        _select("Cost", "cost", tuple(COST_NAMES), query, COST_NAMES.__getitem__)
        _select("Vote", "vote", tuple(VOTES), query, VOTES.__getitem__)
        _day("Until", "until", query)
    _select("Tag", "tag", store.history_values("tag"), query, visible)
    _keep("history_archived", "archived" in query)
    st.toggle("Archived", key="history_archived", on_change=_choose, args=("archived", "history_archived"))
    saved_filters(query)


def clear() -> None:
    """Take all filters away."""
    st.query_params.clear()


def go_to(place: Mapping[str, str]) -> None:
    """Show the page of the list after or before a place, or the first one."""
    st.query_params.from_dict(filter_in_address() | dict(place))


def _select(
    label: str, name: str, values: tuple[str, ...], query: Mapping[str, str], words: Callable[[str], str]
) -> None:
    chosen = query.get(name)
    options = list(values) if chosen is None or chosen in values else [*values, chosen]
    shown = {value: words(value) if value in values else visible(value) for value in options}
    key = f"history_{name}"
    _keep(key, chosen)
    st.selectbox(
        label,
        options,
        index=None,
        key=key,
        format_func=shown.__getitem__,
        placeholder="Any",
        on_change=_choose,
        args=(name, key),
    )


def _day(label: str, name: str, query: Mapping[str, str]) -> None:
    key = f"history_{name}"
    _keep(key, _date(query.get(name)))
    st.date_input(label, None, key=key, format="YYYY-MM-DD", on_change=_choose, args=(name, key))


def _keep(key: str, value: Any) -> None:
    """Have a control show what the address says, whoever wrote that."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _choose(name: str, key: str, values: Mapping[str, str] | None = None) -> None:
    """Write what a control says into the address, and go to the first page."""
    value = st.session_state[key]
    written = values.get(value, "") if values is not None else "yes" if value is True else str(value or "")
    rest = {known: chosen for known, chosen in filter_in_address().items() if known != name}
    st.query_params.from_dict(rest | ({name: written} if written.strip() else {}))


def _preset_name(preset_id: str) -> str:
    entry = PresetLibrary(chat().store).find(preset_id)
    return "Deleted preset" if entry is None else visible(entry.preset.name)


def _date(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """The beginning of a day where the reader is, or of one so many days later."""
    if day is None or not 1900 < day.year < 9000:
        return None
    zone = reader_zone()
    moment = datetime.combine(day + timedelta(days=days), time())
    return moment.astimezone() if zone is None else moment.replace(tzinfo=zone)
