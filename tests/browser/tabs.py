"""Tabs in which an app that lasts is opened quickly."""

from playwright.sync_api import BrowserContext, Page


class Tabs:
    """New tabs of one browser. Those of one app share a process, which has compiled Streamlit's scripts once for all.

    A browser keeps pages in one process where one has opened the other. So a tab of each app stays open, which opens
    those of the tests: half the processor time of a page that is loaded in a new process.
    """

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._openers: dict[str, Page] = {}
        self._crashed: set[Page] = set()

    def open(self, url: str) -> Page:
        """A blank tab that will show the app at `url`, with nothing of the tabs before it but the browser's storage."""
        opener = self._openers.get(url)
        if opener is None:
            opener = self._openers[url] = self._context.new_page()
            opener.on("crash", lambda page: self._openers.pop(url).close())
            opener.goto(f"{url}/healthz")
        with self._context.expect_page() as opened:
            opener.evaluate("void window.open('about:blank')")
        opened.value.on("crash", lambda page: self._crashed.add(page))
        opened.value.bring_to_front()
        return opened.value

    def forget(self) -> None:
        """Take away what pages that were left have put into local storage: drafts, and an open sidebar among it."""
        for opener in self._openers.values():
            opener.evaluate("localStorage.clear()")

    def close_all(self) -> None:
        """Close the tabs, and take away what their pages have left in the browser's storage."""
        openers = list(self._openers.values())
        for page in self._context.pages:
            if page not in openers:
                if page not in self._crashed:
                    page.goto("about:blank")  # one that is closed may still write when the storage has been cleared
                page.close()
        self._crashed.clear()
        for page in openers:
            page.evaluate(FORGET)


FORGET = """async () => {
    localStorage.clear();
    for (const {name} of await indexedDB.databases()) {
        await new Promise((done, failed) => {
            const request = indexedDB.deleteDatabase(name);
            request.onsuccess = done;
            request.onerror = request.onblocked = failed;
        });
    }
}"""
