"""Sign out: ends the sign-in on the server, and takes the browser's cookie away."""

import streamlit as st

from components.frame.page_title import page_title
from components.frame.session import session

session()
page_title("Signing out")
st.logout()
