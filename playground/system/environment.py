"""The environment of child processes: what they need to run, without secrets."""

import os
from collections.abc import Iterable

_NEEDED = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TEMP", "TMP", "TZ", "LANG", "LANGUAGE"),
        # Where shared libraries and Python's own modules are.
        *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
        *("PYTHONPATH", "PYTHONHOME", "PYTHONUTF8", "PYTHONUSERBASE", "VIRTUAL_ENV"),
        # Without these no program starts on Windows.
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA"),
    }
)
"""Names in upper case, because those of Windows have no case."""


def least_environment(also: Iterable[str] = (), prefixes: Iterable[str] = ()) -> dict[str, str]:
    """The environment variables for a child process.

    These are what any program needs, the locale, and those that are named in `also` or begin with one of `prefixes`, in
    any case. Nothing else is passed on, above all no keys.
    """
    names = _NEEDED | {name.upper() for name in also}
    beginnings = ("LC_", *(prefix.upper() for prefix in prefixes))
    return {
        name: value
        for name, value in os.environ.items()
        if name.upper() in names or name.upper().startswith(beginnings)
    }
