"""Opaque marks of what stands in a slot: a request that carries another one was meant for something else."""

import hashlib
import secrets


def mark_of(id_: str) -> str:
    """The mark of a conversation or a comparison, the same wherever and whenever it stands."""
    return hashlib.blake2b(id_.encode(), digest_size=9).hexdigest()


def fresh_mark() -> str:
    """The mark of a conversation that has not begun."""
    return secrets.token_hex(9)
