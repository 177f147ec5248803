"""How far an experiment is, while it runs and after."""

from collections.abc import Callable

import streamlit as st

from components.experiments import run_actions
from components.experiments.runners import experiment_runner
from components.frame.controls import control
from components.frame.session import Session
from playground.experiments.engine.batch_told import batches_told
from playground.experiments.progress_line import standing_told
from playground.money import figures
from playground.store import StoredExperiment
from playground.store.experiment_records import Headway
from playground.text.markdown import plain

LOOK_S = 1.0
STATES = {
    "ready": "Not started",
    "running": "Running",
    "paused": "Paused",
    "stopped": "Stopped",
    "done": "Done",
}
"""How an experiment stands, in words."""


def progress(here: Session, experiment: StoredExperiment, results: Callable[[], None]) -> None:
    """Draw how an experiment stands with its controls, then its results; anew each second while it runs."""
    active = is_active(experiment)

    def draw() -> None:
        now = here.chat.store.experiment(experiment.id)
        if now is None or now.status != experiment.status or is_active(now) != active:
            st.rerun()
        standing = here.chat.store.headway(experiment.id)
        _bar(here, now, standing)
        results()

    _controls(here, experiment)
    st.fragment(draw, run_every=LOOK_S if active else None)()


def is_active(experiment: StoredExperiment) -> bool:
    """Whether something of it is asked or on its way: also for a moment after it was paused."""
    return experiment.status == "running" or experiment_runner().is_running(experiment.id)


def _bar(here: Session, experiment: StoredExperiment, standing: Headway) -> None:
    share = standing.ended / standing.cells if standing.cells else 0.0
    parts = [f"**{STATES[experiment.status]}**", *standing_told(standing)]
    with st.container(key="experiment_progress"):
        st.progress(min(share, 1.0), " · ".join(parts))
        why = experiment_runner().waits_for(experiment.id) if experiment.status == "running" else ""
        if told := _figures(experiment, standing, waits=bool(why)):
            st.caption(plain(" · ".join(told)))
    if why:
        st.caption(f":material/hourglass: {plain(why)}")
    if standing.in_batches:
        _batches(here, experiment, why)
    if experiment.reason is not None:
        st.warning(f"**{plain(experiment.reason.message)}** {plain(experiment.reason.hint)}", icon=":material/pause:")
    if standing.asked_twice:
        st.caption(
            f":material/repeat: {figures.counted(standing.asked_twice, 'request')} asked more than once, listed under "
            "*Asked twice*."
        )


def _batches(here: Session, experiment: StoredExperiment, why: str) -> None:
    """Say what the service has, whichever process sent it, unless that is already said as what is waited for."""
    found = here.chat.store.submissions(experiment.id)
    told = batches_told(len(found), sum(batch.cells for batch in found))
    if not found or why.startswith(told):
        return
    if experiment.status == "running":
        end = "It does not say how long it takes."
    else:
        end = "What the service has cannot be cancelled, and is kept when the run goes on."
    st.caption(f":material/stacks: {plain(f'{told}. {end}')}")


def _figures(experiment: StoredExperiment, standing: Headway, *, waits: bool) -> list[str]:
    told = []
    if standing.spent or experiment.max_cost is not None:
        told.append(f"{figures.usd(standing.spent, estimated=bool(standing.unsure))} spent")
    if standing.unsure:
        told.append(f"up to {figures.usd(standing.unsure)} of it perhaps not billed")
    if standing.held:
        told.append(f"{figures.usd(standing.held)} held")
    if experiment.max_cost is not None:
        told.append(f"limit {figures.usd(experiment.max_cost)}")
    if helping := experiment_runner().workers(experiment.id):
        told.append(f"{figures.counted(helping, 'worker')} of the cluster")
    if experiment.status == "running" and standing.per_second is not None:
        told.append(f"{standing.per_second:.3g} cells a second")
        if standing.left_s is not None and standing.ended < standing.cells and not waits:
            told.append(f"about {figures.duration(standing.left_s)} left")
    return told


def _controls(here: Session, experiment: StoredExperiment) -> None:
    if here.read_only:
        return
    waits = experiment.status in ("ready", "paused", "stopped")
    limit = control(f"experiment_limit-{experiment.id}", run_actions.limit_text(experiment))
    actions: dict[str, tuple[str, Callable[..., None], bool, tuple[str, ...]]] = {
        "Pause": ("pause", run_actions.pause, experiment.status == "running", ()),
        "Go on": ("play_arrow", run_actions.go_on, waits, (limit.key,)),
        "Stop": ("stop", run_actions.stop, experiment.status in ("running", "paused"), ()),
    }
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="experiment_controls"):
        if waits:
            st.text_input(
                "At most, in USD",
                run_actions.limit_text(experiment),
                key=limit.key,
                width=160,
                placeholder="no limit",
                help="What is spent already counts. Empty takes the limit away.",
                on_change=limit.changed(lambda text: run_actions.limit(experiment.id, text)),
            )
        for label, (icon, act, shown, more) in actions.items():
            if shown:
                st.button(
                    label,
                    key=f"experiment_{label.lower().replace(' ', '_')}",
                    icon=f":material/{icon}:",
                    on_click=act,
                    args=(experiment.id, *more),
                )
