// Notes what comes into a page, and when: milliseconds since the epoch by the page's clock.
// A token is on screen once the frame is painted that shows it; a task that a frame sets off runs right after that.
(({ composer, answers }) => {
  const PER_PANE = 10_000
  const NUMBERED = /[a-z](\d+)/g
  const TURN = "[data-turn], [data-testid=stChatMessage]"
  const now = () => performance.timeOrigin + performance.now()

  const bench = window.bench = {
    frames: 0, bytes: {}, usable: 0,
    begin(notes) {
      // first, newest, painted: by pane. painted: the newest token on screen; paints: [when, pane, token].
      Object.assign(bench, {
        pressed: 0, clicked: 0, typed: 0, left: 0, own: 0, answered: 0, first: [], newest: [], painted: [], paints: [],
        watched: "", awaited: "", ...notes,
      })
    },
  }
  bench.begin({})

  const Socket = window.WebSocket
  window.WebSocket = class extends Socket {
    constructor(...args) {
      super(...args)
      const path = new URL(this.url).pathname
      this.addEventListener("message", ({ data }) => {
        bench.bytes[path] = (bench.bytes[path] ?? 0) + (data.size ?? data.byteLength ?? data.length)
      })
    }

    send(data) {
      // left: when the first change of a control after the key left for Streamlit's server.
      if (this.url.endsWith("/stream") && bench.pressed) bench.left ||= now()
      super.send(data)
    }
  }

  let typing = false
  const at = event => performance.timeOrigin + event.timeStamp
  addEventListener("keydown", event => { bench.pressed = at(event) }, true)
  addEventListener("click", event => { bench.clicked = at(event) }, true)
  addEventListener("input", () => { typing = true }, true)

  // What a node that came brings to the turns, or to the answers.
  const within = (node, selector) => {
    if ((node.nodeType === 1 ? node : node.parentElement)?.closest(selector)) return [node.textContent]
    return [...(node.querySelectorAll?.(selector) ?? [])].map(found => found.textContent)
  }
  const note = (node, when) => {
    if (bench.watched && !bench.own && within(node, TURN).some(said => said.includes(bench.watched))) bench.own = when
    if (bench.awaited && !bench.answered && node.textContent.includes(bench.awaited)) bench.answered = when
    for (const said of within(node, answers)) {
      for (const [, figures] of said.slice(-2000).matchAll(NUMBERED)) {
        const pane = Math.floor(figures / PER_PANE), number = figures % PER_PANE
        bench.first[pane] ??= when
        if (!(number <= bench.newest[pane])) bench.newest[pane] = number
      }
    }
  }
  new MutationObserver(records => {
    const when = now()
    for (const { target, addedNodes, type } of records) {
      for (const node of type === "characterData" ? [target] : addedNodes) note(node, when)
    }
  }).observe(document, { subtree: true, childList: true, characterData: true })

  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    const when = now()
    if (typing) bench.typed = when
    typing = false
    if (!bench.usable && document.querySelector(composer)?.disabled === false) bench.usable = when
    bench.newest.forEach((newest, pane) => {
      if (!(newest <= bench.painted[pane])) bench.paints.push([when, pane, (bench.painted[pane] = newest)])
    })
  }
  const frame = () => {
    bench.frames++
    port2.postMessage(0)
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
})
