"""Opaque marks of what a slot shows: a request with another mark was made for something else."""

import hashlib
import secrets


def mark_of(id_: str) -> str:
    """The mark of a conversation or a comparison, always the same for the same id."""
    return hashlib.blake2b(id_.encode(), digest_size=9).hexdigest()


def fresh_mark() -> str:
    """The mark of a conversation that does not exist yet."""
    return secrets.token_hex(9)
