"""The Chromium that browser tests and benchmarks drive: `python -m tests.chromium` finds it, or installs one.

First one on PATH, then Playwright's own download, then Debian's package where that can be installed. Chromium without
windows, which Debian has as `chromium-headless-shell`, takes a quarter less processor time for the same pages.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """The path of a Chromium, None where there is none."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Install a Chromium by whichever way works here."""
    tried = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if tried.returncode == 0 and find():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        for package in NAMES[:2]:
            if subprocess.run(["apt-get", "install", "-y", "-qq", package], check=False).returncode == 0:
                return


if __name__ == "__main__":
    if find() is None:
        install()
    found = find()
    if found is None:
        sys.exit(
            "No Chromium was found and none could be installed. Install chromium or google-chrome, then try again."
        )
    print(f"Chromium: {found}")
