"""One's own message on screen with the key press, before the server has heard of it."""

import streamlit as st

# A copy of the last question with other words looks right in every theme. It goes before the real one is painted:
# observers are called between a change of the document and the next frame.
_mount = st.components.v2.component(
    "echo",
    js="""
export default function () {
  let echo, observer, timeout;
  const clear = () => { echo?.remove(); observer?.disconnect(); clearTimeout(timeout); echo = undefined; };
  const show = (box) => {
    const text = box.value.trim();
    const transcript = document.querySelector(".st-key-transcript");
    const asked = [...document.querySelectorAll('.st-key-transcript [aria-label="Chat message from user"]')];
    const last = asked.filter((one) => one.querySelector("[data-testid=stText] span")).at(-1);
    if (!text || text.length > 4000 || !last) return;
    clear();
    echo = last.closest("[data-testid=stChatMessage]").parentElement.cloneNode(true);
    echo.dataset.echo = "";
    echo.querySelector("[data-testid=stText] span").textContent = text;
    echo.querySelectorAll("[data-testid=stMenuButton]").forEach((menu) => { menu.style.visibility = "hidden"; });
    transcript.append(echo);
    const app = document.querySelector("[data-testid=stApp]");
    observer = new MutationObserver((changes) => {
      const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
      const drawn = added.some((node) => node.querySelector?.("[data-testid=stChatMessage]"));
      const ended = changes.some(({ target }) => target === app && app.dataset.testScriptState === "notRunning");
      if (drawn || ended) clear();
    });
    observer.observe(transcript, { childList: true, subtree: true });
    observer.observe(app, { attributeFilter: ["data-test-script-state"] });
    timeout = setTimeout(clear, 10_000);
    requestAnimationFrame(() => requestAnimationFrame(() => { if (box.isConnected && box.value) clear(); }));
  };
  const pressed = (event) => {
    const box = event.target.closest?.(".st-key-composer textarea");
    if (box && event.key === "Enter" && !event.shiftKey && !event.isComposing) show(box);
  };
  const clicked = (event) => {
    const button = event.target.closest?.(".st-key-composer [data-testid=stChatInputSubmitButton]");
    if (button && !button.disabled) show(document.querySelector(".st-key-composer textarea"));
  };
  document.addEventListener("keydown", pressed, true);
  document.addEventListener("click", clicked, true);
  return () => {
    clear();
    document.removeEventListener("keydown", pressed, true);
    document.removeEventListener("click", clicked, true);
  };
}
""",
)


def echo() -> None:
    """Show a message under the transcript as soon as it is sent, until the server has drawn it."""
    _mount(key="echo", height=1)
