"""Names of files, after what is in them and when that was."""

import re
import unicodedata
from datetime import datetime

_LONGEST = 60


def dated_name(title: str, at: datetime, ending: str) -> str:
    """Such as `why-is-the-sea-salty-2026-11-29.html`: letters and digits of any script, the day in UTC."""
    letters = re.sub(r"[^\w]+|_+", "-", unicodedata.normalize("NFC", title).lower()).strip("-")
    words = letters[:_LONGEST].rstrip("-") if len(letters) <= _LONGEST else letters[:_LONGEST].rpartition("-")[0]
    return f"{words or letters[:_LONGEST] or 'untitled'}-{at:%Y-%m-%d}.{ending}"
