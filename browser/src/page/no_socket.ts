// A small script that every page has: Streamlit draws nothing before its own socket is open, and would leave the page
// empty for ever, without a word, where a proxy does not pass sockets on.

import { h } from "../dom/h";
import { UNREACHABLE } from "./unreachable";

const PATIENCE_MS = 6_000;
const BEGUN = "[data-testid=stApp]:not([data-test-script-state=initial])";

setTimeout(look, PATIENCE_MS);

function look(): void {
  if (document.querySelector(BEGUN) !== null) return;
  // A slow server is not one that cannot be reached: our own socket tells them apart.
  const address = new URL("../../channel", import.meta.url);
  address.protocol = address.protocol.replace("http", "ws");
  const socket = new WebSocket(address);
  socket.onopen = () => socket.close();
  socket.onerror = () => {
    const note = h("div", { role: "alert", class: "pg-no-socket" }, UNREACHABLE);
    Object.assign(note.style, {
      position: "fixed",
      inset: "1rem 1rem auto",
      maxWidth: "45rem",
      margin: "0 auto",
      padding: "0.8rem 1rem",
      border: "1px solid #b45309",
      borderRadius: "0.5rem",
      background: "Canvas",
      color: "CanvasText",
      font: "1rem/1.5 system-ui, sans-serif",
      zIndex: "1000000",
    });
    document.body.append(note);
    const again = setInterval(() => {
      if (document.querySelector(BEGUN) === null) return;
      clearInterval(again);
      note.remove();
    }, 1_000);
  };
}
