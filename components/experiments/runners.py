"""What runs experiments, opened once for the process."""

import streamlit as st

from components.frame.process import roster_of, stores, visitor
from playground.experiments.engine.runner import ExperimentRunner, ExperimentRunners


@st.cache_resource(show_spinner=False)
def experiment_runners() -> ExperimentRunners:
    """What runs experiments; those that an earlier process left running are gone on with."""
    return ExperimentRunners(stores(), roster_of).resume()


def experiment_runner() -> ExperimentRunner:
    """What runs the experiments of whoever looks at this page. Raises as `visitor` does."""
    now = visitor()
    return experiment_runners().of(now.owner, read_only=not now.may_ask)
