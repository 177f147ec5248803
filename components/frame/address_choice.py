"""A choice among few things that stands in the address of its page."""

from collections.abc import Mapping

import streamlit as st


def address_choice(label: str, name: str, names: Mapping[str, str], default: str, *, page: str) -> str:
    """Let one of `names` be chosen, which have their words beside them; `name` is that of the choice in the address."""
    key = f"{page}_{name}"
    in_address = st.query_params.get(name, default)
    if key not in st.session_state:
        st.session_state[key] = in_address if in_address in names else default

    def changed() -> None:
        st.query_params[name] = st.session_state[key]

    chosen = st.segmented_control(
        label, list(names), format_func=names.__getitem__, key=key, required=True, on_change=changed
    )
    return chosen or default
