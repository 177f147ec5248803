"""Whether the server may listen where it is told to: on this machine alone, unless people sign in."""

import ipaddress

OPEN = "PLAYGROUND_OPEN"


def listening_refusal(address: str | None, *, signs_in: bool, is_open: bool) -> str | None:
    """Why it may not listen on an address, with the ways out; None where it may. None is every address there is."""
    if signs_in or is_open or _is_local(address):
        return None
    where = f"on {address}" if address else "on every address of this machine"
    return (
        f"Not started: listening {where} would let in everybody who reaches it, and have them use your keys.\n"
        "Have people sign in ([auth] and [access] in .streamlit/secrets.toml: docs/deploying.md, Sign-in),\n"
        f"or set {OPEN}=1 if something else decides who comes in.\n"
        "Without either, listen on 127.0.0.1."
    )


def _is_local(address: str | None) -> bool:
    if not address:
        return False
    if address.startswith("unix:") or address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False
