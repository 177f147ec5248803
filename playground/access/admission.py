"""Who somebody is: what the provider said of them, the sign-in that the server keeps, and the role they have now."""

import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from playground.access.rules import AccessRole, AccessRules
from playground.owner import DEFAULT_OWNER, Owner
from playground.store import GivenRole, Stores, User
from playground.store.users import SIGNED_OUT_EVERYWHERE
from playground.text.cleaning import line

LONGEST_SAID = 200
REMEMBERED_S = 0.05
"""A page run asks many times who somebody is."""
MOST_REMEMBERED = 1_000

Reason = Literal["nobody", "ended", "unlisted", "unverified"]


@dataclass(frozen=True, slots=True)
class SignInCookie:
    """What the provider said of somebody, as the signed cookie of their browser holds it.

    By itself it opens nothing: `id`, a hash of it, has to be that of a sign-in which the server keeps.
    """

    id: str
    owner: Owner
    email: str
    verified: bool
    name: str

    @classmethod
    def read(cls, signed: bytes) -> "SignInCookie | None":
        """The cookie's content, whose signature was checked; None where it names nobody."""
        try:
            claims: Any = json.loads(signed)
            owner = Owner.signed_in(str(claims["iss"]), str(claims["sub"]))
        except (ValueError, KeyError, TypeError):
            return None
        verified = claims.get("email_verified")
        return cls(
            hashlib.sha256(signed).hexdigest(),
            owner,
            line(str(claims.get("email") or ""), LONGEST_SAID),
            # Some providers say it in a word: https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
            verified is True or verified == "true",
            line(str(claims.get("name") or ""), LONGEST_SAID),
        )


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever uses a page; `sign_in` is the id of their sign-in, "" where nobody signs in."""

    owner: Owner
    role: AccessRole
    email: str = ""
    name: str = ""
    sign_in: str = ""

    @property
    def may_ask(self) -> bool:
        """Whether they may ask, change and delete what is theirs."""
        return self.role != "viewer"

    @property
    def may_administer(self) -> bool:
        """Whether they may decide for everybody."""
        return self.role == "admin"

    @property
    def shown_name(self) -> str:
        """What they are called on screen."""
        return self.email or self.name or "Signed in"


SOLE_VISITOR = Visitor(DEFAULT_OWNER, "admin")
"""Everybody, where nobody signs in."""


class NotAdmittedError(Exception):
    """Somebody who is not let in: why, and the address that they came with."""

    def __init__(self, reason: Reason, email: str = "") -> None:
        super().__init__(reason)
        self.reason, self.email = reason, email


class Admission:
    """Lets people in, and out again. From any thread; raises StoreError."""

    def __init__(self, stores: Stores, rules: Callable[[], AccessRules]) -> None:
        self._stores = stores
        self._rules = rules
        self._lock = threading.Lock()
        self._remembered: dict[str, tuple[float, Visitor]] = {}
        self.on_change: Callable[[], object] = lambda: None
        """Is called when somebody was let out, or has another role."""

    def begin(self, cookie: SignInCookie) -> bool:
        """Begin a sign-in, of which the browser gets the cookie. Nothing is kept of who may not come in: False."""
        if self._listed(cookie.owner, cookie.email, cookie.verified) is None:
            return False
        self._stores.begin_sign_in(
            cookie.id, cookie.owner, email=cookie.email, verified=cookie.verified, name=cookie.name
        )
        return True

    def visitor(self, cookie: SignInCookie | None) -> Visitor:
        """Who comes with a cookie. Raises NotAdmittedError."""
        if cookie is None:
            raise NotAdmittedError("nobody")
        if (visitor := self.holder(cookie.id)) is not None and visitor.owner == cookie.owner:
            return visitor
        if self._listed(cookie.owner, cookie.email, cookie.verified) is not None:
            raise NotAdmittedError("ended", cookie.email)
        unverified = self._listed(cookie.owner, cookie.email, verified=True) is not None
        raise NotAdmittedError("unverified" if unverified else "unlisted", cookie.email)

    def holder(self, sign_in: str) -> Visitor | None:
        """Whose sign-in it is; None where it has ended, or they may not come in any more."""
        with self._lock:
            remembered = self._remembered.get(sign_in)
        if remembered is not None and time.monotonic() - remembered[0] < REMEMBERED_S:
            return remembered[1]
        asked_at, user = time.monotonic(), self._stores.signed_in(sign_in)
        role = None if user is None else self.role_of(user)
        if user is None or role is None:
            return None
        visitor = Visitor(user.owner, role, user.email, user.name, sign_in)
        with self._lock:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered = {}
            self._remembered[sign_in] = asked_at, visitor
        return visitor

    def role_of(self, user: User) -> AccessRole | None:
        """The role that a user has now; None for who may not come in: the list decides that, and an administrator."""
        listed = self._listed(user.owner, user.email, user.verified)
        if listed is None or user.given_role is None:
            return listed
        return None if user.given_role == "none" else user.given_role

    def may_ask(self, owner: Owner) -> bool:
        """Whether requests of an owner may leave, and go on: also those that no page stands behind any more.

        Who signed out themselves may: what they asked is answered. Of who never signed in nothing is known.
        """
        user = self._stores.user(owner)
        if user is None:
            return True
        return self.role_of(user) not in (None, "viewer") and not self._stores.signed_out_by_admin(owner)

    def listed_role(self, user: User) -> AccessRole | None:
        """The role that secrets.toml gives a user."""
        return self._listed(user.owner, user.email, user.verified)

    def end(self, cookie: SignInCookie) -> None:
        """End the sign-in of a cookie."""
        self._stores.end_sign_in(cookie.id)
        self._changed()

    def end_all(self, owner: Owner, by: Visitor) -> None:
        """End all sign-ins of a user, as an administrator wants it."""
        self._require_admin(by)
        self._stores.end_sign_ins(owner)
        self._stores.note_in_audit(by.owner, SIGNED_OUT_EVERYWHERE, owner.id)
        self._changed()

    def give_role(self, owner: Owner, role: GivenRole | None, by: Visitor) -> None:
        """Give a user a role, as an administrator wants it; nobody changes their own. Raises MissingError."""
        self._require_admin(by)
        if owner == by.owner:
            raise NotAdmittedError("unlisted", by.email)
        self._stores.give_role(owner, role)
        self._stores.note_in_audit(by.owner, f"gave the role {role or 'of secrets.toml'}", owner.id)
        self._changed()

    def _require_admin(self, by: Visitor) -> None:
        """Looked up anew: what a page knows may be old."""
        self._forget()
        found = by if not by.sign_in else self.holder(by.sign_in)
        if found is None or not found.may_administer:
            raise NotAdmittedError("unlisted", by.email)

    def _listed(self, owner: Owner, email: str, verified: bool) -> AccessRole | None:
        return self._rules().role_of(owner, email, verified=verified)

    def _changed(self) -> None:
        self._forget()
        self.on_change()

    def _forget(self) -> None:
        with self._lock:
            self._remembered = {}
