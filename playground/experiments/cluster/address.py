"""Where the cluster is, and why there is none."""

from importlib.util import find_spec
from urllib.parse import urlsplit

from playground.connections.settings import SettingError, variable

CLUSTER_VARIABLE = "PLAYGROUND_CLUSTER_URL"
_SCHEMES = ("tcp", "tls")


def cluster_address() -> str:
    """The address of the Dask scheduler, as tcp://host:8786; "" where none is set. Raises SettingError."""
    value = variable(CLUSTER_VARIABLE)
    if value and not _is_address(value):
        raise SettingError(f"{CLUSTER_VARIABLE} should be the address of a Dask scheduler, as tcp://10.0.0.5:8786.")
    return value


def cluster_refusal() -> str:
    """Why no experiment can run on a cluster, and what to do about it, as sentences; "" where it can."""
    try:
        address = cluster_address()
    except SettingError as error:
        return error.message
    if not address:
        return f"No cluster is set up: set {CLUSTER_VARIABLE} to the address of a Dask scheduler."
    if find_spec("distributed") is None:
        return 'Dask is not installed here: pip install "distributed>=2026.8".'
    return ""


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    plain = parts.username is None and parts.path in ("", "/") and not (parts.query or parts.fragment)
    return parts.scheme in _SCHEMES and bool(parts.hostname) and port is not None and plain
