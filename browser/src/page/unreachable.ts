/** Shown where no WebSocket of the page reaches the server. */
export const UNREACHABLE =
  "This page cannot reach its live channel: nothing can be sent, and answers cannot be shown. " +
  "A proxy between here and the server has to pass on WebSockets; " +
  "whoever runs it finds the lines for it in docs/deploying.md, “Behind a proxy”.";
