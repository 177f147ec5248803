"""The peer of the comparison: a column for each model, openai's SDK, `st.write_stream` in a thread for each column.

Without threads the columns would answer one after another. `add_script_run_ctx` is how Streamlit lets a thread draw.
https://docs.streamlit.io/develop/concepts/design/multithreading
"""

from threading import Thread

import streamlit as st
from openai import OpenAI
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import add_script_run_ctx

st.set_page_config(layout="wide")
st.title("Compare")
client = OpenAI()
models = st.query_params.models.split(",")

with st.sidebar:
    temperature = st.slider("Temperature", 0.0, 2.0, 0.0, 0.01)
    most = st.number_input("Most tokens", 1, 9_999, 4_000)
    st.caption(f"temperature {temperature:g}")
    st.caption(f"at most {most} tokens")

if "messages" not in st.session_state:
    st.session_state.messages = {model: [] for model in models}


def answer(model: str, column: DeltaGenerator) -> None:
    """Stream one model's answer into its column."""
    messages = st.session_state.messages[model]
    with column, st.chat_message("assistant"):
        stream = client.chat.completions.create(
            model=model, messages=messages, temperature=temperature, max_tokens=most, stream=True
        )
        response = st.write_stream(stream)
    messages.append({"role": "assistant", "content": response})


columns = st.columns(len(models))
for model, column in zip(models, columns, strict=True):
    for message in st.session_state.messages[model]:
        with column, st.chat_message(message["role"]):
            st.markdown(message["content"])

if prompt := st.chat_input("Message"):
    threads = []
    for model, column in zip(models, columns, strict=True):
        st.session_state.messages[model].append({"role": "user", "content": prompt})
        with column, st.chat_message("user"):
            st.markdown(prompt)
        threads.append(add_script_run_ctx(Thread(target=answer, args=(model, column))))
        threads[-1].start()
    for thread in threads:
        thread.join()
