"""The budgets: what is used of each, and the form to set one."""

from collections.abc import Callable, Mapping
from datetime import datetime

import streamlit as st

from components.frame.process import chat, stores, visitor
from components.frame.session import shows_errors
from components.usage.budget_rights import may_set, may_set_budgets
from playground.money.budget import (
    EVERY_OWNER,
    Budget,
    BudgetUse,
    LimitError,
    Scope,
    Span,
    own_subject,
    read_limit,
    use_label,
)
from playground.money.figures import usd
from playground.owner import DEFAULT_OWNER
from playground.text.labels import visible
from playground.text.markdown import plain

Subject = tuple[Scope, str]
Person = Callable[[str], str]
_EVERYTHING: Subject = ("all", "")
_LABELS: Mapping[Span, str] = {"reply": "A request", "day": "A day", "month": "A month"}


def usage_budgets(now: datetime) -> None:
    """The budgets that concern the visitor, all of them for who may change them; and a form for those that they may."""
    uses, person = _uses(now), people()
    if uses:
        with st.container(key="budget_uses", gap="small"):
            for use in uses:
                st.progress(
                    min(float(use.share), 1.0), text=plain(f"{_title_of(use.budget, person)}: {use_label(use)}")
                )
    known = {(budget.scope, budget.subject): budget for budget in stores().budgets() if may_set(budget)}
    subjects = _subjects(known) if may_set_budgets() else _own_connections()
    if not subjects:
        return
    with st.expander("Budgets", icon=":material/savings:", key="budgets"):
        st.caption(
            "The most that a request can cost is held before it is sent, and given back after it; what could pass a "
            "limit is refused. Days and months begin at 00:00 UTC."
        )
        for budget in known.values():
            st.caption(plain(f"{_title_of(budget, person)}: {_limits(budget)}"))
        _form(subjects, known, person)


def _limits(budget: Budget) -> str:
    limits = {label: budget.limit(span) for span, label in _LABELS.items()}
    return ", ".join(f"{usd(limit)} {label.lower()}" for label, limit in limits.items() if limit) or "no limit"


def _title_of(budget: Budget, person: Person) -> str:
    return _title((budget.scope, budget.subject), person)


def _title(subject: Subject, person: Person) -> str:
    """What a budget is of, as the beginning of a line."""
    scope, name = subject
    if scope == "connection":
        return f"Connection {visible(name)}"
    if scope == "own_connection":
        name, owner = Budget(scope, name).own
        if owner == visitor().owner.id:
            return f"Your connection {visible(name)}"
        return f"Connection {visible(name)} of {visible(person(owner))}"
    if scope == "owner":
        return "Each person" if name == EVERY_OWNER else f"Person {visible(person(name))}"
    return "Everything together"


def people() -> Person:
    """Who owners are, by their ids, in a word or so; all are read at once."""
    known = {user.owner.id: user.email or user.name for user in stores().users()}
    return lambda id_: known.get(id_) or ("Not signed in" if id_ == DEFAULT_OWNER.id else id_)


def _uses(now: datetime) -> tuple[BudgetUse, ...]:
    if may_set_budgets():
        return stores().all_budget_uses(now)
    store, connections = chat().store, chat().roster.connections.values()
    mine = [use for one in connections for use in store.budget_uses(one.name, now, own=one.paid_by_owner)]
    return tuple({use.key: use for use in mine}.values())


def _subjects(known: dict[Subject, Budget]) -> list[Subject]:
    found: list[Subject] = [_EVERYTHING]
    users = stores().users()
    if users or any(scope == "owner" for scope, _ in known):
        found.append(("owner", EVERY_OWNER))
    found += [("owner", user.owner.id) for user in users]
    found += [("connection", one.name) for one in chat().roster.connections.values() if not one.paid_by_owner]
    return list(dict.fromkeys([*found, *_own_connections(), *known]))


def _own_connections() -> list[Subject]:
    """The connections that the visitor pays."""
    now = visitor()
    own = [one.name for one in chat().roster.connections.values() if one.paid_by_owner and now.may_ask]
    return [("own_connection", own_subject(name, now.owner.id)) for name in own]


def _form(subjects: list[Subject], known: dict[Subject, Budget], person: Person) -> None:
    subject = st.selectbox(
        "Budget of",
        subjects,
        format_func=lambda subject: _title(subject, person),
        key="budget_subject",
        width=320,
    )
    budget = known.get(subject, Budget(*subject))
    key = "budget " + " ".join(subject)
    with st.form("budget", border=False), st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for span, label in _LABELS.items():
            limit = budget.limit(span)
            st.text_input(
                f"{label}, USD",
                "" if limit is None else f"{limit.normalize():f}",
                key=f"{key} {span}",
                placeholder="no limit",
                width=130,
            )
        st.checkbox(
            "Allow what has no known price",
            budget.unpriced_allowed,
            key=f"{key} unpriced",
            help="Otherwise a request is refused where the price of the model, or how long its answer may get, is not "
            "known. What servers bill for it counts all the same.",
        )
        st.form_submit_button("Set budget", icon=":material/check:", on_click=_set, args=(subject, key))
    if wrong := st.session_state.get("budget_wrong"):
        st.error(f"**Not set.** {plain(wrong)}", icon=":material/error:")


@shows_errors
def _set(subject: Subject, key: str) -> None:
    st.session_state.budget_wrong = ""
    if not may_set(Budget(*subject)):
        return
    typed = st.session_state
    try:
        reply, day, month = (read_limit(typed[f"{key} {span}"]) for span in _LABELS)
    except LimitError as error:
        st.session_state.budget_wrong = error.message
        return
    budget = Budget(*subject, reply, day, month, unpriced_allowed=bool(typed[f"{key} unpriced"]))
    stores().set_budget(budget)
    said = f"{_title(subject, people())}: {_limits(budget)}"
    if may_set_budgets():
        stores().note_in_audit(visitor().owner, "set a budget", said)
    st.toast(said, icon=":material/savings:")
