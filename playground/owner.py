"""Whose rows are read and written."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody whom conversations, presets and batches belong to. `id` never changes: it stands in each row."""

    id: str

    @classmethod
    def signed_in(cls, issuer: str, subject: str) -> Self:
        """Whoever an OpenID provider calls `subject`. No two pairs have the same id; raises ValueError for no pair.

        An issuer is a URL, which has no spaces, and a subject is only unique at its issuer:
        https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability
        """
        if not subject or not issuer or any(character.isspace() for character in issuer):
            raise ValueError("An owner needs a subject and an issuer without spaces.")
        return cls(f"{issuer} {subject}")


DEFAULT_OWNER = Owner("default")
"""The one owner of everything where nobody signs in, and of all that is from before rows had owners."""
