"""The panes of a comparison by name, above them: a way to each, and to the verdict."""

from collections.abc import Sequence

from components.compare.pane_slots import slot_of
from components.compare.pane_view import PaneView
from components.frame.browser_part import mount_part
from components.frame.channel import page


def pane_map(views: Sequence[PaneView]) -> None:
    """Draw it. On a phone it chooses the one pane that is shown."""
    panes = [{"slot": slot_of(view.number), "name": view.name} for view in views]
    verdict = any(view.answers for view in views)
    mount_part("panes", "pane_map", {"token": page().token, "panes": panes, "verdict": verdict}, "content")
