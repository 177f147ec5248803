"""What the history page does when somebody presses something."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from components.compare.session import comparing, open_comparison
from components.frame.process import batch_runner, chat
from components.frame.session import session, shows_errors
from playground.answers.live_replies import live_replies
from playground.store import HistoryEntry
from playground.store.entry_facts import EntryKind
from playground.text.cleaning import line

_NOUNS = {"chat": "Conversation", "compare": "Comparison", "batch": "Batch", "experiment": "Experiment"}


def picked(entries: Iterable[HistoryEntry]) -> tuple[HistoryEntry, ...]:
    """The entries whose boxes are ticked."""
    ids = st.session_state.get("history_picked") or ()
    return tuple(entry for entry in entries if entry.id in ids)


def pick(ids: Sequence[str]) -> None:
    """Tick the boxes of these entries, and no others."""
    st.session_state.history_picked = tuple(ids)


@shows_errors
def save_entry(entry: HistoryEntry, *, title: str, tags: str, note: str, pinned: bool, archived: bool) -> None:
    """Keep what a person wrote of an entry; an empty title is that of the first words again."""
    store = chat().store
    if title != entry.title:
        if entry.kind == "chat":
            store.rename(entry.id, title)
        elif entry.kind == "compare":
            store.rename_comparison(entry.id, title)
        elif entry.kind == "experiment":
            _rename_experiment(entry.id, title)
        else:
            store.mark_entry(entry.id, name=title)
    store.mark_entry(entry.id, tags=tags.split(","), note=note, pinned=pinned, archived=archived)


@shows_errors
def mark_entries(entries: Sequence[HistoryEntry], **marks: Any) -> None:
    """Pin entries or put them away, or take that back."""
    for entry in entries:
        chat().store.mark_entry(entry.id, **marks)


@shows_errors
def tag_entries(entries: Sequence[HistoryEntry], key: str) -> None:
    """Add the tags in a box to entries."""
    tags = st.session_state[key].split(",")
    st.session_state[key] = ""
    for entry in entries:
        chat().store.mark_entry(entry.id, tags=[*entry.tags, *tags])


@shows_errors
def delete_entries(entries: Sequence[HistoryEntry]) -> None:
    """Delete entries, and stop the answers on their way in them."""
    deleted: list[HistoryEntry] = []
    st.session_state.history_deleted = deleted
    for entry in entries:
        _deletion(entry.kind)(entry.id)
        deleted.append(entry)
    gone = {entry.id for entry in deleted}
    pick([id_ for id_ in st.session_state.get("history_picked") or () if id_ not in gone])


def _deletion(kind: EntryKind) -> Callable[[str], object]:
    match kind:
        case "chat":
            return _delete_chat
        case "compare":
            return _delete_comparison
        case "batch":
            return batch_runner().delete
    from components.experiments.runners import experiment_runner  # loads what no chat needs

    return experiment_runner().delete


def _rename_experiment(experiment_id: str, title: str) -> None:
    store = chat().store
    experiment = store.experiment(experiment_id)
    if experiment is not None:
        store.rename_experiment(experiment_id, line(title, 200) or experiment.definition["title"])


def _delete_chat(conversation_id: str) -> None:
    here, store = session(), chat().store
    for reply in live_replies.of(store.owner, conversation_id):
        reply.stop()
    if here.conversation_id == conversation_id:
        here.open(None)
    store.delete(conversation_id)


def _delete_comparison(comparison_id: str) -> None:
    comparing().delete(comparison_id)
    if open_comparison() == comparison_id:
        del st.session_state.compare


def undo_deletion() -> None:
    """Offer to restore what was deleted last."""
    deleted: Sequence[HistoryEntry] = st.session_state.get("history_deleted") or ()
    if deleted:
        what = _NOUNS[deleted[0].kind] if len(deleted) == 1 else f"{len(deleted)} entries"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{what} deleted.", width="content")
            st.button("Undo", key="undo", icon=":material/undo:", type="tertiary", on_click=_restore, args=(deleted,))


@shows_errors
def _restore(deleted: Sequence[HistoryEntry]) -> None:
    store = chat().store
    restore = {
        "chat": store.restore,
        "compare": store.restore_comparison,
        "batch": store.restore_batch,
        "experiment": store.restore_experiment,
    }
    for entry in deleted:
        restore[entry.kind](entry.id)
    st.session_state.history_deleted = None


def selection_bar(chosen: Sequence[HistoryEntry]) -> None:
    """What can be done with several entries at once."""
    pinned, archived = all(entry.pinned for entry in chosen), all(entry.archived for entry in chosen)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="history_selection"):
        st.caption(f"{len(chosen)} selected", width="content")
        st.button(
            "Unpin" if pinned else "Pin",
            key="pin_selected",
            icon=":material/keep:",
            on_click=mark_entries,
            args=(chosen,),
            kwargs={"pinned": not pinned},
        )
        st.button(
            "Take out of the archive" if archived else "Archive",
            key="archive_selected",
            icon=":material/archive:",
            on_click=mark_entries,
            args=(chosen,),
            kwargs={"archived": not archived},
        )
        with st.popover("Tag", icon=":material/label:"):
            key = "tag_selected"
            st.text_input("Tags to add, separated by commas", key=key, on_change=tag_entries, args=(chosen, key))
        st.button("Delete", key="delete_selected", icon=":material/delete:", on_click=delete_entries, args=(chosen,))
