"""Price against context window, a point for each model."""

from collections.abc import Callable, Collection, Sequence

import streamlit as st

from playground.models.catalog import ModelCard
from playground.money import figures
from playground.money.pricing import Mix

FOUND, OTHER = "in the list above", "other models"


def model_scatter(
    cards: Sequence[ModelCard], called: Callable[[ModelCard], str], found: Collection[str], mix: Mix
) -> None:
    """Every card with a known window and a price that is not nothing; those of the ids in `found` stand out."""
    import altair as alt
    import pandas as pd

    points = [
        {
            "model": called(card),
            "author": card.author,
            "context": card.context_window,
            "price": float(price),
            "shown": FOUND if card.id in found else OTHER,
            "window": f"{card.context_window:,} tokens",
            "unit": figures.unit_price(card.price),
        }
        for card in cards
        if card.context_window and (price := mix.price(card.price))
    ]
    missing = len(cards) - len(points)
    if points:
        scale = alt.Scale(domain=[FOUND, OTHER], range=["circle", "cross"])
        chart = (
            alt.Chart(pd.DataFrame(points))
            .mark_point(size=90, filled=True)
            .encode(
                x=alt.X("context:Q", title="Context window, tokens").scale(type="log").axis(format="~s"),
                y=alt.Y("price:Q", title=f"$ per M tokens at {mix}").scale(type="log").axis(format="$~g"),
                shape=alt.Shape("shown:N", scale=scale, legend=alt.Legend(title=None, orient="top")),
                color=alt.Color("shown:N", sort=[FOUND, OTHER], legend=alt.Legend(title=None, orient="top")),
                opacity=alt.condition(alt.datum.shown == FOUND, alt.value(1), alt.value(0.7)),
                tooltip=[
                    alt.Tooltip("model:N", title="Model"),
                    alt.Tooltip("author:N", title="Author"),
                    alt.Tooltip("window:N", title="Context"),
                    alt.Tooltip("unit:N", title="Price"),
                ],
            )
            .properties(height=380)
        )
        st.altair_chart(chart, alt="Price of each model against its context window; the table has the same numbers.")
    if missing:
        st.caption(
            f"{missing} of {len(cards)} models have no place here: no price is known, no context window, or it is $0."
        )
