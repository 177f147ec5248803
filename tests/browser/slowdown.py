"""How slow the browser of the tests is to be."""

import os

SLOWDOWN = float(os.environ.get("BROWSER_SLOWDOWN", "1"))
"""How many times slower than this computer: 4 is a phone, 8 a busy CI machine."""
