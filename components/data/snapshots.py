"""All snapshots of the visitor: who may read them, how often they were read, and taking them back."""

import streamlit as st

from components.frame.process import chat
from components.frame.reader_zone import reader_zone
from components.frame.session import shows_errors
from components.share.dialog import READERS, snapshot_links
from playground.money.figures import counted
from playground.store import Snapshot
from playground.store.database.database import now
from playground.text.markdown import plain

ON_THE_FIRST_PAGE = 10
_KINDS = {"chat": "Chat", "comparison": "Comparison", "usage": "Usage"}


def snapshots_of_visitor(*, may_change: bool) -> None:
    """The list, the newest first; nothing where there is none."""
    found = chat().store.snapshots()
    if not found:
        return
    st.markdown("## Snapshots")
    st.caption("Pages that you shared. They stay when what they were made of is deleted, until you delete them here.")
    shown = found if st.session_state.get("all_snapshots") else found[:ON_THE_FIRST_PAGE]
    for snapshot in shown:
        _row(snapshot, may_change=may_change)
    if len(shown) < len(found):
        st.button(f"Show all {len(found):,}", key="more_snapshots", type="tertiary", on_click=_show_all)


def _show_all() -> None:
    st.session_state["all_snapshots"] = True


def _row(snapshot: Snapshot, *, may_change: bool) -> None:
    is_open = snapshot.is_open(now())
    with st.container(border=True, gap="xsmall", key=f"snapshot-{snapshot.id}"):
        st.markdown(f"**{plain(snapshot.title or _KINDS[snapshot.kind])}**")
        st.caption(plain(_facts(snapshot)))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if is_open:
                snapshot_links(snapshot.id)
            if may_change and snapshot.revoked_at is None:
                st.button(
                    "Revoke",
                    key=f"revoke-{snapshot.id}",
                    icon=":material/link_off:",
                    type="tertiary",
                    help="Nobody can read it any more, for good",
                    on_click=_revoke,
                    args=(snapshot.id,),
                )
            if may_change:
                st.button(
                    "Delete",
                    key=f"delete-{snapshot.id}",
                    icon=":material/delete:",
                    type="tertiary",
                    help="Remove it for good",
                    on_click=_delete,
                    args=(snapshot.id,),
                )


def _facts(snapshot: Snapshot) -> str:
    zone = reader_zone()
    made = f"{snapshot.made_at.astimezone(zone):%Y-%m-%d %H:%M}"
    if snapshot.revoked_at is not None:
        state = "revoked"
    elif snapshot.expires_at is None:
        state = "without end"
    else:
        gone = snapshot.expires_at <= now()
        state = f"{'expired' if gone else 'until'} {snapshot.expires_at.astimezone(zone):%Y-%m-%d %H:%M}"
    size = f"{max(snapshot.size // 1000, 1):,} kB"
    facts = (_KINDS[snapshot.kind], f"made {made}", state, READERS[snapshot.readers].lower())
    return " · ".join((*facts, counted(snapshot.visits, "visit"), size, f"SHA-256 {snapshot.digest[:12]}…"))


@shows_errors
def _revoke(snapshot_id: str) -> None:
    chat().store.revoke_snapshot(snapshot_id)


@shows_errors
def _delete(snapshot_id: str) -> None:
    chat().store.delete_snapshot(snapshot_id)
