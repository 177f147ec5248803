"""An export, import or purge on its way, as the page shows it."""

from dataclasses import dataclass

import streamlit as st

from components.connections.work import Running, begin
from components.data import actions
from playground.archive.work import DataWork, WorkKind, data_works
from playground.owner import Owner
from playground.text.markdown import plain

_DOING: dict[WorkKind, str] = {"export": "Exporting", "import": "Importing", "purge": "Removing"}


@dataclass(frozen=True)
class _Shown:
    work: DataWork[object]

    @property
    def running(self) -> bool:
        return self.work.running

    @property
    def progress(self) -> tuple[str, float | None]:
        doing = _DOING[self.work.kind]
        return (f"{doing}: {self.work.share:.0%}", self.work.share) if self.work.total else (doing, None)


def finished(owner: Owner, kind: WorkKind, running: Running) -> DataWork[object] | None:
    """The work once it is over; while it goes on, its progress is shown, with a way to cancel it."""
    work = data_works.get(owner, kind)
    if work is None:
        return None
    if work.running:
        begin(_Shown(work), running)
        if kind != "purge":
            st.button(
                "Cancel", key=f"cancel_{kind}", icon=":material/close:", on_click=actions.cancel_work, args=(kind,)
            )
        return None
    if work.problem is not None:
        st.error(plain(work.problem), icon=":material/error:")
    elif work.result is None:
        st.caption("Cancelled. Nothing is left of it.")
    return work
