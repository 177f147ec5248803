"""Which models of a server see pictures: few servers say, so whoever set the connection up may."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.connections.prices import set_for_everybody
from components.frame.controls import control
from components.frame.process import managed
from components.frame.session import shows_errors
from playground.connections.vision import Vision
from playground.text.markdown import plain

CHOICES = ("unknown", "all", "none", "some")
_LABELS = {"unknown": "Not set", "all": "All of them", "none": "None of them", "some": "Some of them"}


def connection_vision(name: str, models: tuple[str, ...]) -> None:
    """A choice for all models of a connection, or a list of those that see."""
    served = managed().roster.served
    vision = served.vision(name)
    choice, ids = _choice(vision), list(vision) if isinstance(vision, tuple) else []
    summary = f"{len(ids)} named" if choice == "some" else _LABELS[choice].lower()
    with st.expander(f"Models that see pictures: {summary}", key=f"vision-{name}"):
        if not managed().decides(name):
            st.caption(plain(", ".join(ids) or _LABELS[choice]))
            set_for_everybody()
            return
        choices = control(f"vision-choice-{name}", choice)
        st.segmented_control(
            "Models that see pictures",
            CHOICES,
            default=choice,
            format_func=_LABELS.__getitem__,
            key=choices.key,
            required=True,
            on_change=choices.changed(partial(_choose, name)),
            label_visibility="collapsed",
        )
        if choice == "unknown":
            st.caption(
                "What the server's list of models says of it holds. Where that is silent, pictures can be given to "
                "every model; one that cannot take them answers with an error."
            )
        elif choice == "some":
            named = control(f"vision-ids-{name}", ids)
            st.multiselect(
                "Ids",
                list(dict.fromkeys((*ids, *models))),
                default=ids,
                key=named.key,
                accept_new_options=True,
                placeholder="gpt-4o, llava*, …",
                help="An id that ends with * stands for all that begin so. Pictures are left out for the others.",
                on_change=named.changed(partial(_name, name)),
            )


def _choice(vision: Vision) -> str:
    if isinstance(vision, tuple):
        return "some"
    return {None: "unknown", True: "all", False: "none"}[vision]


@shows_errors
def _choose(name: str, choice: str) -> None:
    vision: dict[str, Vision] = {"unknown": None, "all": True, "none": False, "some": ()}
    managed().roster.served.set_vision(name, vision[choice])


@shows_errors
def _name(name: str, ids: Sequence[str]) -> None:
    managed().roster.served.set_vision(name, tuple(ids))
