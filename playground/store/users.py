"""Who has signed in, and each signing in until it ends; of the process, for it is read to learn who the owner is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Row, delete, func, select, update

from playground.owner import Owner
from playground.store.database.database import Database, insert_into, now
from playground.store.database.errors import MissingError
from playground.store.database.schema import audit, sign_ins, users

SIGN_IN_LASTS = timedelta(days=30)
"""As long as the cookie that the browser is given."""
MOST_USERS = 10_000
SEEN_EVERY = timedelta(minutes=1)

SIGNED_OUT_EVERYWHERE = "signed out everywhere"
"""What the record says where an administrator ended all sign-ins of a user."""

GivenRole = Literal["viewer", "user", "admin", "none"]
"""What an administrator gives a user in place of what secrets.toml says; "none" keeps them out."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who has signed in. `given_role` is what an administrator decided, None where secrets.toml decides."""

    owner: Owner
    email: str
    verified: bool
    name: str
    given_role: GivenRole | None
    first_at: datetime
    seen_at: datetime


class Users(Database):
    """The users of all processes, and their sign-ins. Raises StoreError."""

    def begin_sign_in(self, id_: str, owner: Owner, *, email: str, verified: bool, name: str) -> None:
        """Note that somebody has signed in; `id_` is what the browser's cookie is known by."""
        at = now()
        with self.write() as connection:
            connection.execute(delete(sign_ins).where(sign_ins.c.began_at < at - 2 * SIGN_IN_LASTS))
            said = {"email": email, "verified": verified, "name": name, "seen_at": at}
            new = insert_into(users, connection.dialect.name).values(owner=owner.id, first_at=at, **said)
            connection.execute(new.on_conflict_do_update(index_elements=["owner"], set_=said))
            row = insert_into(sign_ins, connection.dialect.name).values(id=id_, owner=owner.id, began_at=at)
            connection.execute(row.on_conflict_do_nothing())

    def signed_in(self, id_: str) -> User | None:
        """Whose a sign-in is that has not ended; None where there is no such sign-in any more."""
        at = now()
        query = (
            select(users)
            .join(sign_ins, sign_ins.c.owner == users.c.owner)
            .where(sign_ins.c.id == id_, sign_ins.c.ended_at.is_(None), sign_ins.c.began_at > at - SIGN_IN_LASTS)
        )
        with self.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        if at - row.seen_at > SEEN_EVERY:
            with self.write() as connection:
                connection.execute(update(users).where(users.c.owner == row.owner).values(seen_at=at))
        return _user(row)

    def end_sign_in(self, id_: str) -> None:
        """End one sign-in: whoever still has its cookie is nobody from now on."""
        self._end(sign_ins.c.id == id_)

    def end_sign_ins(self, owner: Owner) -> None:
        """End all sign-ins of a user."""
        self._end(sign_ins.c.owner == owner.id)

    def _end(self, condition: ColumnElement[bool]) -> None:
        with self.write() as connection:
            connection.execute(update(sign_ins).where(condition, sign_ins.c.ended_at.is_(None)).values(ended_at=now()))

    def users(self) -> Sequence[User]:
        """Everybody who has ever signed in, whom was seen last first."""
        with self.read() as connection:
            found = connection.execute(select(users).order_by(users.c.seen_at.desc()).limit(MOST_USERS))
            return tuple(_user(row) for row in found)

    def user(self, owner: Owner) -> User | None:
        """Somebody by their id; None for who never signed in."""
        with self.read() as connection:
            row = connection.execute(select(users).where(users.c.owner == owner.id)).first()
        return None if row is None else _user(row)

    def signed_out_by_admin(self, owner: Owner) -> bool:
        """Whether an administrator ended all sign-ins of a user, and none was begun since."""
        theirs = sign_ins.c.owner == owner.id
        going_on = select(sign_ins.c.id).where(theirs, sign_ins.c.ended_at.is_(None)).limit(1)
        by_admin = (audit.c.about == owner.id, audit.c.what == SIGNED_OUT_EVERYWHERE)
        with self.read() as connection:
            last = connection.scalar(select(func.max(sign_ins.c.began_at)).where(theirs))
            if last is None or connection.scalar(going_on) is not None:
                return False
            return connection.scalar(select(audit.c.number).where(*by_admin, audit.c.at >= last).limit(1)) is not None

    def give_role(self, owner: Owner, role: GivenRole | None) -> None:
        """Give a user a role, or None to leave it to secrets.toml again. Raises MissingError."""
        with self.write() as connection:
            changed = connection.execute(update(users).where(users.c.owner == owner.id).values(role=role))
            if not changed.rowcount:
                raise MissingError("user")


def _user(row: "Row[tuple[object, ...]]") -> User:
    return User(Owner(row.owner), row.email, row.verified, row.name, row.role, row.first_at, row.seen_at)
