"""Votes are rows of their own, one for each prompt: of several on one prompt the last counts."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_MOMENT = sa.DateTime(timezone=True)


def _table(name: str, texts: str, *columns: sa.ColumnClause[Any]) -> sa.TableClause:
    return sa.table(name, *map(sa.column, texts.split()), *columns)


_comparisons = _table("comparisons", "id owner body", sa.column("updated_at", _MOMENT))
_turns = _table("turns", "id conversation_id parent_id role text parts")
_replies = _table(
    "replies", "id model connection state text tool_calls extras setup", sa.column("finished_at", _MOMENT)
)


def upgrade() -> None:
    """Take the votes out of comparisons, with the answers that they were about as far as that can be told."""
    made = op.create_table(
        "votes",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "comparison_id", "voter", "kind")),
        sa.Column("owner", sa.Text(), nullable=False, server_default="default"),
        sa.Column("prompt", sa.Integer(), nullable=False),
        sa.Column("pane", sa.Text()),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "note", "answers")),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_votes"),
        sa.ForeignKeyConstraint(
            ["comparison_id"], ["comparisons.id"], ondelete="CASCADE", name="fk_votes_comparison_id"
        ),
        sa.UniqueConstraint("comparison_id", "prompt", "voter", name="uq_votes_comparison_id_prompt_voter"),
    )
    op.create_index("ix_votes_owner", "votes", ["owner", "at", "id"], unique=False)
    connection = op.get_bind()
    for comparison in connection.execute(sa.select(_comparisons)).all():
        body = json.loads(comparison.body)
        if "votes" not in body:
            continue
        cast = body.pop("votes")
        round_ = body.get("round", 0)
        body["named_round"] = round_ if any(vote.get("blind") and vote.get("round") == round_ for vote in cast) else 0
        last = {vote.get("round", 0): vote for vote in cast}
        op.bulk_insert(made, [_row(comparison, body, prompt, vote) for prompt, vote in last.items()])
        changed = sa.update(_comparisons).where(_comparisons.c.id == comparison.id)
        connection.execute(changed.values(body=_packed(body)))


def _row(comparison: Any, body: Mapping[str, Any], prompt: int, vote: Mapping[str, Any]) -> dict[str, Any]:
    found = list(_answers(body, prompt))
    return {
        "id": secrets.token_urlsafe(16),
        "owner": comparison.owner,
        "comparison_id": comparison.id,
        "prompt": prompt,
        "voter": comparison.owner,
        "kind": vote["kind"],
        "pane": vote.get("pane_id"),
        # No text column of PostgreSQL takes a NUL; this is how `escape` of database/columns.py spells one.
        **{name: vote.get(name, "").replace("\x00", "\ufdd00000") for name in ("name", "note")},
        "blind": vote.get("blind", False),
        "answers": _packed([answer for answer, _ in found]),
        "at": max((at for _, at in found if at is not None), default=comparison.updated_at),
    }


def _answers(body: Mapping[str, Any], prompt: int) -> Iterator[tuple[dict[str, Any], Any]]:
    """The answer of each pane to a prompt, and when it ended; those of a pane that was asked alone are not told."""
    for pane in body["panes"]:
        path = _path(pane["conversation_id"])
        questions = [number for number, turn in enumerate(path) if turn.role == "user"]
        which = -1 if prompt == body.get("round") else prompt - 1
        if not questions or (which >= 0 and len(questions) != body.get("round")) or prompt == 0:
            continue
        start = questions[which]
        end = next((number for number in questions if number > start), len(path))
        answer = next((turn for turn in reversed(path[start:end]) if turn.role == "assistant"), None)
        reply = answer and op.get_bind().execute(sa.select(_replies).where(_replies.c.id == answer.id)).first()
        if not reply:
            continue
        setup = json.loads(reply.setup or "{}")
        asked_with = [setup.get("system_prompt", ""), setup.get("parameters", {}), setup.get("options", {})]
        yield (
            {
                "pane": pane["id"],
                "reply": reply.id,
                "model": reply.model,
                "connection": reply.connection,
                "settings": _fingerprint(asked_with),
                "question": _fingerprint(json.loads(path[start].parts or "null") or path[start].text),
                "complete": reply.state == "done" and bool(reply.text or reply.tool_calls or reply.extras),
            },
            reply.finished_at,
        )


def _path(conversation_id: str) -> Sequence[Any]:
    """The turns on screen, from the first one."""
    head = sa.text("SELECT head FROM conversations WHERE id = :id")
    at = op.get_bind().scalar(head, {"id": conversation_id})
    rows = op.get_bind().execute(sa.select(_turns).where(_turns.c.conversation_id == conversation_id)).all()
    turns = {turn.id: turn for turn in rows}
    path = []
    while at in turns:
        path.append(turns[at])
        at = turns.pop(at).parent_id
    return path[::-1]


def _packed(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _fingerprint(value: Any) -> str:
    """As of playground/compare/vote.py when this was written."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]
