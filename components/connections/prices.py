"""What the models of a server cost, set by a person: a row for each price, and a form for one more."""

from collections.abc import Sequence

import streamlit as st

from components.connections import actions
from components.frame.process import managed
from playground.models.roster import today
from playground.money import figures
from playground.money.own_prices import Prices, price_of
from playground.text.labels import visible
from playground.text.markdown import code_span, plain


def connection_prices(name: str, models: Sequence[str]) -> None:
    """The prices in force for a connection, whose server offers `models`, and the way to set and take back any."""
    served, decides = managed().roster.served, managed().decides(name)
    prices, own = served.prices(name), served.own_prices(name)
    with st.expander(_label(prices, models), key=f"prices-{name}"):
        st.caption(
            "In USD per million tokens, with the day on which that was the price. An id that ends in \\* stands for "
            "every model whose id begins so, \\* alone for all; the more exact one counts. Answers that are there keep "
            "the price they were asked at."
        )
        for number, (model, quote) in enumerate(prices.items()):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(code_span(visible(model)), width="content")
                st.caption(plain(f"{figures.dated_price(quote.price())} · {quote.source}"), width="content")
                st.space("stretch")
                if model in own and decides:
                    st.button(
                        "",
                        key=f"price-{name}-{number}-remove",
                        icon=":material/delete:",
                        type="tertiary",
                        help=f"Take this price back: {plain(model)}",
                        on_click=actions.take_back_price,
                        args=(name, model),
                    )
        if decides:
            _form(name, models)
        else:
            set_for_everybody()


def set_for_everybody() -> None:
    """Say who changes what is set of this connection's models."""
    st.caption(":material/groups: This connection is there for everybody: administrators set this for all users.")


def _label(prices: Prices, models: Sequence[str]) -> str:
    unpriced = sum(price_of(model, prices) is None for model in models)
    known = f"{len(prices)} set" if prices else "none set"
    return f"Prices: {known}" + (f", {unpriced} of {len(models)} models unpriced" if unpriced else "")


def _form(name: str, models: Sequence[str]) -> None:
    key = f"price-{name}"
    with st.form(key, border=False), st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            "Model",
            ["*", *models],
            index=None,
            key=f"{key}-model",
            accept_new_options=True,
            placeholder="An id, its beginning and *, or *",
            width=280,
        )
        st.text_input("Input", key=f"{key}-input", placeholder="0.15", width=110)
        st.text_input("Output", key=f"{key}-output", placeholder="0.60", width=110)
        st.text_input("Cached input", key=f"{key}-cached_input", placeholder="as input", width=110)
        st.date_input("As of", today(), key=f"{key}-as_of", format="YYYY-MM-DD", width=140)
        st.form_submit_button(
            "Set price", key=f"{key}-set", icon=":material/add:", on_click=actions.set_price, args=(name, key)
        )
    if wrong := st.session_state.get(f"{key}-wrong"):
        st.error(f"**Not set.** {plain(wrong)}", icon=":material/error:")
