"""Where people sign in: what Streamlit's signed cookie says of somebody, who may come in, the server's gate."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from playground.access.admission import SignInCookie
from playground.access.rules import AccessFile, AccessRules
from playground.web.sign_in_gate import Doors, SignInGate


@cache
def _access_file() -> AccessFile:
    return AccessFile([Path(path) for path in st.config.get_option("secrets.files")])


def rules() -> AccessRules:
    """Who may come in, as the file has it now."""
    return _access_file().rules()


def sign_in_cookie(cookies: Mapping[str, str]) -> SignInCookie | None:
    """The cookie of a sign-in among a browser's, with a signature of ours; None where there is none."""
    secret = get_cookie_secret()

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        return None if value is None else decode_signed_value(secret, name, value.encode("latin-1", "replace"))

    signed = get_cookie_with_chunks(one, USER_COOKIE_NAME) if secret else None
    return None if signed is None or not json.loads(signed).get("is_logged_in") else SignInCookie.read(signed)


def gate() -> Middleware:
    """What keeps sign-ins on the server, as ASGI middleware."""
    return Middleware(SignInGate, read=sign_in_cookie, doors=_doors)


def _doors() -> Doors:
    admission: Doors = import_module("components.frame.process").admission()  # which opens the store
    return admission
