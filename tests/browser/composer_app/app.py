"""A server for tests of the composer alone: controls of Streamlit's, the composer, and a channel that writes down."""

import streamlit as st
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from tests.browser.composer_app.channel import channel, received, told
from tests.browser.composer_app.process import BUILT

app = st.App(
    "page.py",
    routes=[
        WebSocketRoute("/channel", channel),
        Route("/test/received", received),
        Route("/test/tell", told, methods=["POST"]),
        Mount("/channel/built", StaticFiles(directory=BUILT)),
    ],
)
