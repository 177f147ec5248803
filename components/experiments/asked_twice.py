"""What was asked for more than once, and what that may have cost."""

from collections.abc import Sequence

import streamlit as st

from components.frame.reader_zone import reader_zone
from playground.experiments.definition import Definition
from playground.experiments.engine.judges import judge_title
from playground.money import figures
from playground.store.experiment_records import ITSELF, AskedTwice

_WHY = {
    "lost": "the process that asked ended; it may have been billed",
    "unsure": "whether the service took its batch is not known; it may have been billed",
    "stopped": "it was stopped on its way",
    "refused": "the service refused it, and the run ended before it was sent again",
    "again": "somebody wanted another answer",
}


def asked_twice_table(found: Sequence[AskedTwice], definition: Definition) -> None:
    """List the requests of an experiment."""
    import pandas as pd

    st.caption("Requests whose answer is not in the table, because the same was asked again. What they cost counts.")
    st.dataframe(
        pd.DataFrame(
            [
                {
                    "Cell": one.cell + 1,
                    "What": "the answer" if one.judge == ITSELF else judge_title(definition.checks, one.judge),
                    "Why": _WHY[one.why],
                    "At most": figures.usd(one.spent),
                    "When": figures.when(one.at, reader_zone()),
                }
                for one in found
            ]
        ),
        hide_index=True,
        key="experiment_twice",
    )
