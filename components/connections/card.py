"""One connection: where it leads, whether it works, what is in force, and the models behind it."""

import json

import streamlit as st

from components.connections import actions
from components.connections import draft as drafts
from components.connections.form import chat_link, connection_form
from components.connections.prices import connection_prices, set_for_everybody
from components.connections.settings import settings_in_force
from components.connections.vision import connection_vision
from components.connections.work import Running, check_result, operation_button, operation_progress
from components.frame.process import managed
from components.frame.reader_zone import reader_zone
from playground.connections.own_connection import OwnConnection
from playground.models.catalog.refresh import Refreshed
from playground.money import figures
from playground.parameters import specs
from playground.providers import Connection
from playground.providers.http.server_address import address_notes
from playground.text.labels import visible
from playground.text.markdown import plain


def connection_card(
    connection: Connection, problem: str | None, running: Running, own: OwnConnection | None = None
) -> None:
    """Draw a connection that can be used; work that is going on is added to `running`.

    `own` is the same one where it was added in the page.
    """
    name = connection.name
    with st.container(border=True, key=f"connection-{name}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(name)}**", width="content")
            st.badge(connection.traits.label, color="primary")
            st.space("stretch")
            operation_button("check", "Check", ":material/network_check:", name)
            if connection.traits.cloudflare:
                operation_button("refresh", "Refresh from Cloudflare", ":material/sync:", name)
            elif connection.traits.listed:
                operation_button("list", "List again", ":material/sync:", name)
        st.markdown(_facts(connection, own))
        for note in address_notes(connection):
            st.info(plain(note), icon=":material/link:")
        if problem is not None:
            st.warning(plain(problem), icon=":material/warning:")
        checked = operation_progress("check", name, running)
        if checked is not None:
            check_result(checked.future.result())
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            chat_link(connection)
            if own is not None:
                _own_buttons(own)
        if own is not None:
            _editor(own, running)
        if connection.traits.cloudflare:
            _catalogue(name, running)
        elif connection.traits.listed:
            _served(name, running)
        settings_in_force(connection, own=own is not None)


def idle_card(own: OwnConnection, running: Running) -> None:
    """A connection that was added in the page and is not used: switched off, or in need of something."""
    name = own.name
    with st.container(border=True, key=f"connection-{name}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(name)}**", width="content")
            st.badge(own.connection.traits.label, color="primary")
            if own.on:
                st.badge("cannot be used", icon=":material/error:", color="red")
            else:
                st.badge("off", icon=":material/power_settings_new:", color="gray")
        st.markdown(_facts(own.connection, own))
        if own.problem:
            st.warning(plain(own.problem), icon=":material/warning:")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _own_buttons(own)
        _editor(own, running)


def _own_buttons(own: OwnConnection) -> None:
    """What can be done with a connection that was added in the page."""
    name = own.name
    for key, label, icon, action, args in (
        ("edit", "Edit", ":material/edit:", drafts.edit_connection, (name,)),
        (
            "switch",
            "Switch off" if own.on else "Switch on",
            ":material/power_settings_new:",
            actions.switch_connection,
            (name, not own.on),
        ),
        ("remove", "Remove", ":material/delete:", actions.remove_connection, (name,)),
    ):
        st.button(label, key=f"{key}-{name}", icon=icon, type="tertiary", on_click=action, args=args)
    _rename(name)


def _rename(name: str) -> None:
    key = f"rename-{name}"
    with st.popover("Rename", icon=":material/label:", type="tertiary", key=f"{key}-open"):
        st.caption(
            "Answers stay named as they were asked. Chats, presets and comparisons that choose its models follow."
        )
        with st.form(f"{key}-form", border=False):
            st.text_input("New name", name, key=key, max_chars=100)
            st.form_submit_button("Rename it", on_click=actions.rename_connection, args=(name, key))


def _editor(own: OwnConnection, running: Running) -> None:
    draft = drafts.draft()
    if draft is not None and draft.edits == own.name:
        connection_form(draft, running)


def unusable(name: str, problem: str) -> None:
    """A connection that is set up outside of the page but cannot be used, and why."""
    with st.container(border=True, key=f"connection-{name}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(name)}**", width="content")
            st.badge("cannot be used", icon=":material/error:", color="red")
        st.error(f"{plain(problem)} Mend it where it is set, then restart.", icon=":material/error:")


def _facts(connection: Connection, own: OwnConnection | None) -> str:
    if connection.traits.here:
        return "No address, no account, no key: nothing leaves this machine."
    key = "key set" if connection.api_token is not None and connection.api_token.get_secret_value() else "no key"
    if key == "key set" and own is not None and own.key_storage == "memory":
        key = "key set until the playground stops"
    facts = [f"`{connection.base_url.replace('`', '')}`", key]  # as code, so that it is no link
    if connection.account_id:
        facts.insert(1, f"account {plain(shortened(connection.account_id))}")
    if connection.traits.cloudflare:
        facts.append("through AI Gateway" if connection.gateway else "without AI Gateway")
    facts.append("set up by the environment or secrets.toml" if own is None else "added here")
    return " · ".join(facts)


def shortened(account_id: str) -> str:
    """Enough of an account id to know it by."""
    return account_id if len(account_id) <= 8 else f"{account_id[:4]}…{account_id[-4:]}"


def _catalogue(name: str, running: Running) -> None:
    """Which list of models is in force, how it differs from the shipped one, and the way back."""
    refreshed = managed().roster.refreshed
    begun = operation_progress("refresh", name, running)
    error = begun.future.result().error if begun is not None else None
    if error is not None:
        st.error(f"**{plain(error.message)}** {plain(error.hint)}", icon=":material/error:")
    if refreshed.as_of is None:
        st.caption(f"{len(refreshed.catalog)} models, of the catalogue that ships with the playground.")
    else:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(
                f"{len(refreshed.catalog)} models; "
                f"Cloudflare was asked {figures.when(refreshed.as_of, reader_zone())}: "
                f"{len(refreshed.appeared)} new, {len(refreshed.changed)} changed since the shipped catalogue.",
                width="content",
            )
            st.button(
                "Use the shipped catalogue",
                key=f"shipped-{name}",
                icon=":material/undo:",
                type="tertiary",
                on_click=actions.use_shipped,
            )
        if refreshed.appeared or refreshed.changed:
            with st.expander("What is new and what changed", key=f"news-{name}"):
                st.markdown(_news(refreshed))
    if problems := refreshed.problems[error is not None :]:
        label = f"{figures.counted(len(problems), 'thing')} in the list could not be read"
        with st.expander(label, icon=":material/warning:", key=f"unread-{name}"):
            st.markdown("\n".join(f"- {plain(problem)}" for problem in problems))


def _news(refreshed: Refreshed) -> str:
    lines = [f"- **new** {plain(model)}" for model in refreshed.appeared]
    lines += [f"- **changed** {plain(model)}: {plain(', '.join(what))}" for model, what in refreshed.changed.items()]
    return "\n".join(lines)


def _served(name: str, running: Running) -> None:
    """The models of a server, what they cost, and the parameters they take."""
    served = managed().roster.served
    operation_progress("list", name, running)
    failure, listed, by_hand = served.failure(name), served.listed(name), served.by_hand(name)
    if failure is not None:
        st.warning(
            f"**The models could not be listed.** {plain(failure.message)}  \n{plain(failure.hint)} "
            "Where a server has no list, name its models below.",
            icon=":material/warning:",
        )
    elif listed is None:
        st.caption("The server has not listed its models yet: list again.")
    if note := served.note(name):
        st.caption(f":material/info: {plain(note)}")
    with st.expander(f"Models: {len(listed or ())} listed, {len(by_hand)} by hand", key=f"models-{name}"):
        if listed:
            st.code("\n".join(map(visible, listed)), language=None, height=min(160, 40 + 24 * len(listed)))
        key = f"by-hand-{name}"
        st.text_area(
            "Further model ids, one a line",
            "\n".join(by_hand),
            key=key,
            height=90,
            on_change=actions.name_models,
            args=(name, key),
            help="For servers without a list at /models, and for models that a list leaves out",
        )
    models = tuple(dict.fromkeys((*(listed or ()), *by_hand)))
    connection_prices(name, models)
    connection_vision(name, models)
    own = served.own_parameters(name)
    count = len(specs(served.parameters(name)))
    whose = "your own schema" if own else "as they are documented"
    with st.expander(f"Parameters: {count}, {whose}", key=f"parameters-{name}"):
        if managed().decides(name):
            _schema_editor(name, own)
        else:
            st.code(json.dumps(served.parameters(name), indent=2, ensure_ascii=False), language="json", height=320)
            set_for_everybody()


def _schema_editor(name: str, own: bool) -> None:
    """The JSON schema that the controls of this connection's models are made from."""
    key = f"schema-{name}"
    if key not in st.session_state:
        st.session_state[key] = json.dumps(managed().roster.served.parameters(name), indent=2, ensure_ascii=False)
    st.text_area(
        "JSON schema of the parameters",
        key=key,
        height=320,
        persist_state="session",
        help="JSON Schema, draft 2020-12. Each property becomes a control with its bounds.",
    )
    if wrong := st.session_state.get(f"{key}-wrong"):
        st.error(f"**Not saved.** {plain(wrong)}", icon=":material/error:")
    with st.container(horizontal=True):
        st.button("Save", key=f"{key}-save", icon=":material/save:", on_click=actions.save_schema, args=(name, key))
        st.button(
            "Reset to default",
            key=f"{key}-reset",
            icon=":material/restart_alt:",
            type="tertiary",
            disabled=not (own or wrong),
            on_click=actions.reset_schema,
            args=(name, key),
        )
