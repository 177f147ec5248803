"""Answers that a pane's conversation took to a chat are copies, and are not counted again."""

from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Tell copies by their times, to the last digit, and note that their hours are out of date."""
    op.add_column("replies", sa.Column("copy_of", sa.Text()))
    replies = sa.table(
        "replies",
        *(sa.column(name) for name in ("id", "owner", "model", "conversation_id", "total_s", "copy_of")),
        sa.column("started_at", _MOMENT),
    )
    conversations = sa.table("conversations", sa.column("id"), sa.column("comparison_id"))
    copies, originals = replies.alias("copies"), replies.alias("originals")
    chats, panes = conversations.alias("chats"), conversations.alias("panes")
    query = (
        sa.select(copies.c.id, copies.c.owner, copies.c.started_at, sa.func.min(originals.c.id).label("original"))
        .join(originals, sa.and_(*(copies.c[name] == originals.c[name] for name in ("owner", "started_at", "model"))))
        .join(chats, sa.and_(chats.c.id == copies.c.conversation_id, chats.c.comparison_id.is_(None)))
        .join(panes, sa.and_(panes.c.id == originals.c.conversation_id, panes.c.comparison_id.is_not(None)))
        .where(copies.c.total_s == originals.c.total_s, copies.c.total_s > 0)
        .group_by(copies.c.id, copies.c.owner, copies.c.started_at)
    )
    found = op.get_bind().execute(query).all()
    hours = set()
    for copy in found:
        op.execute(sa.update(replies).where(replies.c.id == copy.id).values(copy_of=copy.original))
        at = copy.started_at.astimezone(UTC) if copy.started_at.tzinfo else copy.started_at
        hours.add((copy.owner, at.replace(minute=0, second=0, microsecond=0)))
    outdated = sa.table("outdated_hours", sa.column("owner"), sa.column("hour", _MOMENT))
    for owner, hour in sorted(hours):
        op.execute(sa.delete(outdated).where(outdated.c.owner == owner, outdated.c.hour == hour))
        op.execute(sa.insert(outdated).values(owner=owner, hour=hour))
