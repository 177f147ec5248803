"""Which models of a server see pictures: few servers say, so whoever set the connection up may."""

from typing import Any

import streamlit as st

from components.session import chat, told
from playground.vision import Vision

CHOICES = ("unknown", "all", "none", "some")
_SAID = {"unknown": "Not set", "all": "All of them", "none": "None of them", "some": "Some of them"}


def connection_vision(name: str, models: tuple[str, ...]) -> None:
    """A choice for all models of a connection, or a list of those that see."""
    served = chat().roster.served
    vision = served.vision(name)
    choice, ids = _choice(vision), list(vision) if isinstance(vision, tuple) else []
    told_ = f"{len(ids)} named" if choice == "some" else _SAID[choice].lower()
    with st.expander(f"Models that see pictures: {told_}", key=f"vision-{name}"):
        key = f"vision-choice-{name}"
        _show(key, choice)
        st.segmented_control(
            "Models that see pictures",
            CHOICES,
            format_func=_SAID.__getitem__,
            key=key,
            required=True,
            on_change=_choose,
            args=(name, key),
            label_visibility="collapsed",
        )
        if choice == "unknown":
            st.caption(
                "What the server's list of models says of it holds. Where that is silent, pictures can be given to "
                "every model; one that cannot take them answers with an error."
            )
        elif choice == "some":
            named = f"vision-ids-{name}"
            _show(named, ids)
            st.multiselect(
                "Ids",
                list(dict.fromkeys((*ids, *models))),
                key=named,
                accept_new_options=True,
                placeholder="gpt-4o, llava*, …",
                help="An id that ends with * stands for all that begin so. Pictures are left out for the others.",
                on_change=_name,
                args=(name, named),
            )


def _choice(vision: Vision) -> str:
    if isinstance(vision, tuple):
        return "some"
    return {None: "unknown", True: "all", False: "none"}[vision]


def _show(key: str, value: Any) -> None:
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


@told
def _choose(name: str, key: str) -> None:
    vision: dict[str, Vision] = {"unknown": None, "all": True, "none": False, "some": ()}
    chat().roster.served.set_vision(name, vision[st.session_state[key]])


@told
def _name(name: str, key: str) -> None:
    chat().roster.served.set_vision(name, tuple(st.session_state[key]))
