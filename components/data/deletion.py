"""Deleting much at once, and removing for good what was deleted."""

from datetime import timedelta

import streamlit as st

from components.connections.work import Running
from components.data import actions
from components.data.going_on import finished
from components.data.on_disk import size_in_words
from components.frame.process import called, chat, stores, visitor
from playground.archive.backups import own_copies
from playground.connections import settings
from playground.money.figures import counted
from playground.store.database.database import now
from playground.store.deleting import DELETED_KINDS, Amount, Condition, DeletedKind
from playground.store.upkeep.housekeeping import KEPT_FOR

AGES = {"a week": 7, "a month": 30, "3 months": 91, "a year": 365, "any age": 0}
"""Days since something was last used."""


def delete_much(running: Running) -> None:
    """Choices of what is to be deleted, how much that is, and the button; then the way to remove it for good."""
    st.markdown("## Delete")
    st.caption("What was spent stays in *Usage*.")
    _undo()
    store = chat().store
    with st.container(horizontal=True, vertical_alignment="bottom"):
        age = st.selectbox("Not used for", list(AGES), index=2, key="delete_age", width=160)
        kinds = st.multiselect("What", DELETED_KINDS, default=["chats"], key="delete_kinds", width=320)
        model = st.selectbox(
            "Model", ["", *store.history_values("model")], key="delete_model", format_func=_model_name, width=260
        )
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    before = today - timedelta(days=AGES[age]) if AGES[age] else today + timedelta(days=1)
    labelled = "experiments" in kinds and st.checkbox("Also experiments with labels", key="delete_labelled")
    condition = Condition(before, tuple(kinds), model, labelled)
    st.button(
        "Count",
        key="count",
        icon=":material/functions:",
        disabled=not kinds,
        on_click=actions.measure,
        args=(condition,),
    )
    measured = st.session_state.get("deletion")
    if measured is not None and measured[0] == condition:
        _delete(condition, measured[1])
    _remove_for_good(store.deleted(), running)


def _delete(condition: Condition, amount: Amount) -> None:
    if amount.spared:
        why = "runs" if condition.labelled else "runs, or has labels of people"
        each = "it" if amount.spared == 1 else "each"
        st.caption(
            f"{counted(amount.spared, 'experiment')} would fit and stay{'s' * (amount.spared == 1)}: {each} {why}."
        )
    if not amount.total:
        st.caption("Nothing fits.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Delete {amount_in_words(amount)}",
            key="delete_fitting",
            icon=":material/delete:",
            on_click=actions.delete_fitting,
            args=(condition,),
        )
        st.caption(f"Can be undone for {KEPT_FOR.days} days.", width="content")


def _undo() -> None:
    deleted = st.session_state.get("deleted_at")
    if deleted is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{deleted[1]:,} deleted.", width="content")
            st.button(
                "Undo", key="undo_deletion", icon=":material/undo:", type="tertiary", on_click=actions.restore_deleted
            )


def _remove_for_good(deleted: Amount, running: Running) -> None:
    work = finished(chat().store.owner, "purge", running)
    if work is not None and work.problem is None:
        st.caption("What was deleted is removed for good.")
    if not deleted.total:
        return
    st.caption(f"Deleted and still to be brought back: {amount_in_words(deleted)}.")
    with st.popover("Remove for good…", icon=":material/delete_forever:"):
        st.markdown("Every word of it is removed from the database. This cannot be undone.")
        _copies()
        st.button("Remove for good", key="purge", type="primary", on_click=actions.begin_purge)


def _copies() -> None:
    """Say where the words stay, and offer to delete what the app made of it."""
    if not visitor().may_administer:
        st.caption("It stays in copies of the database until an administrator deletes those.")
        return
    copies = own_copies(stores(), settings.data_dir())
    elsewhere = "Copies that you made elsewhere, and exports, keep it until you delete them."
    if not copies:
        st.caption(f"The app has made no copy of the database. {elsewhere}")
        return
    size = size_in_words(sum(copy.stat().st_size for copy in copies if copy.exists()))
    st.caption(
        f"It stays in {'1 copy' if len(copies) == 1 else f'{len(copies):,} copies'} of the database that the app made "
        f"({size}). Those from before updates go with it where they are older than {KEPT_FOR.days} days. {elsewhere}"
    )
    st.checkbox("Delete these copies too: nothing can be restored then", key=actions.COPIES_TOO)


def amount_in_words(amount: Amount) -> str:
    """Such as "120 chats and 3 comparisons (34.1 MB)", of something that there is."""
    singular: dict[DeletedKind, str] = {
        "chats": "chat",
        "comparisons": "comparison",
        "experiments": "experiment",
    }
    parts = [
        counted(count, singular[kind]) if kind in singular else f"{count:,} batch{'' if count == 1 else 'es'}"
        for kind, count in amount.counts.items()
        if count
    ]
    listed = " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
    return f"{listed} ({size_in_words(amount.size)})"


def _model_name(model: str) -> str:
    return called(model) if model else "Any model"
