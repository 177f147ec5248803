"""Turns: the way on screen, branches, edits as forks, deletion and its undoing."""

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.messages import Message, ToolCall
from playground.store import MissingError, Store, Turn
from playground.store.tree import Tree
from tests.store.chats import listed_chats


def texts(store: Store, chat: str) -> list[str]:
    return [turn.message.text for turn in store.path(chat)]


def say(store: Store, chat: str, parent: Turn | None, text: str) -> Turn:
    return store.add_turn(chat, parent.id if parent else None, Message("user", text))


@pytest.fixture
def chat(store: Store) -> str:
    return store.create_conversation().id


@pytest.mark.parametrize(
    "message",
    [
        Message("user", "words"),
        Message("user", ""),
        Message("user", "\x00 \ud800 \ufdd0 \ufdd00000 💬"),
        Message(
            "user", ({"type": "text", "text": "a\x00\udfff"}, {"type": "image_url", "image_url": {"url": "data:"}})
        ),
        Message("user", ()),
        Message("tool", "4", tool_call_id="call_1"),
        Message("assistant", "", (ToolCall("call_1", "add", '{"a": 2'), ToolCall("", "", "")), reasoning="so"),
        Message("user", "x" * 5_000_000),
    ],
    ids=lambda message: message.role,
)
def test_a_message_comes_back_as_it_was_said(store: Store, chat: str, message: Message) -> None:
    said = store.add_turn(chat, None, message)
    assert said.message == message
    assert store.path(chat) == (said,)
    assert store.turn(said.id) == said


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=()), max_size=50), other=st.text(max_size=20))
def test_any_text_comes_back(store: Store, text: str, other: str) -> None:
    chat = store.create_conversation(model=other, system_prompt=text, parameters={text: [other, text]})
    said = store.add_turn(chat.id, None, Message("user", ({"type": "text", "text": text},), tool_call_id=text))
    reply = store.start_reply(chat.id, said.id, model=text, connection=other)
    store.save_partial(reply, text, other, [ToolCall(text, other, text)])
    assert store.conversation(chat.id) is not None
    question, answer = store.path(chat.id)
    assert question == store.turn(said.id)
    assert question.message == said.message
    assert answer.message == Message("assistant", text, (ToolCall(text, other, text),), reasoning=other or None)
    store.finish_reply(reply, state="done", text=text, request={text: text})
    assert store.request(reply) == {text: text}


def test_an_edit_forks_and_the_old_branch_stays(store: Store, chat: str) -> None:
    question = say(store, chat, None, "old question")
    answer = say(store, chat, question, "old answer")
    edited = say(store, chat, None, "new question")
    assert texts(store, chat) == ["new question"]
    assert store.path(chat)[0].siblings == store.siblings(question.id) == (question.id, edited.id)
    assert store.select_branch(question.id) == answer.id
    assert texts(store, chat) == ["old question", "old answer"]


def test_a_branch_is_shown_down_to_its_newest_turn(store: Store, chat: str) -> None:
    top = say(store, chat, None, "top")
    first, second = say(store, chat, top, "first"), say(store, chat, top, "second")
    say(store, chat, first, "under the first, and newer")
    say(store, chat, None, "elsewhere")
    store.select_branch(top.id)
    assert texts(store, chat) == ["top", "first", "under the first, and newer"]
    store.select_branch(second.id)
    assert texts(store, chat) == ["top", "second"]
    store.set_head(top.id)
    assert texts(store, chat) == ["top"]


def test_looking_at_a_branch_is_not_speaking(store: Store, chat: str) -> None:
    top = say(store, chat, None, "top")
    before = store.conversation(chat)
    store.set_head(top.id)
    store.select_branch(top.id)
    assert store.conversation(chat) == before


def test_a_deleted_turn_takes_what_follows_and_comes_back_with_it(store: Store, chat: str) -> None:
    top = say(store, chat, None, "top")
    kept = say(store, chat, top, "kept")
    doomed = say(store, chat, top, "doomed")
    say(store, chat, doomed, "a")
    say(store, chat, doomed, "b")
    store.select_branch(doomed.id)
    store.set_head(doomed.id)
    store.delete_turn(doomed.id)
    store.delete_turn(doomed.id)
    assert texts(store, chat) == ["top", "kept"]
    assert store.siblings(kept.id) == (kept.id,)
    store.restore_turn(doomed.id)
    assert texts(store, chat) == ["top", "doomed"]
    store.restore_turn(doomed.id)
    assert store.siblings(kept.id) == (kept.id, doomed.id)


def test_deleting_the_last_turn_leaves_what_came_before_it(store: Store, chat: str) -> None:
    top = say(store, chat, None, "top")
    last = say(store, chat, top, "last")
    store.delete_turn(last.id)
    assert texts(store, chat) == ["top"]
    store.delete_turn(top.id)
    assert store.path(chat) == ()
    again = say(store, chat, None, "again")
    assert again.siblings == (again.id,)
    store.restore_turn(top.id)
    assert texts(store, chat) == ["top"]


def test_deleting_off_screen_leaves_the_screen_alone(store: Store, chat: str) -> None:
    other, shown = say(store, chat, None, "other"), say(store, chat, None, "shown")
    store.delete_turn(other.id)
    assert texts(store, chat) == ["shown"]
    store.restore_turn(other.id)
    assert texts(store, chat) == ["shown"]
    assert store.siblings(shown.id) == (other.id, shown.id)


def test_restoring_what_was_off_screen_leaves_what_was_said_since(store: Store, chat: str) -> None:
    other, shown = say(store, chat, None, "other"), say(store, chat, None, "shown")
    store.delete_turn(other.id)
    say(store, chat, shown, "said since")
    store.restore_turn(other.id)
    assert texts(store, chat) == ["shown", "said since"]


def test_restoring_never_puts_a_hidden_turn_on_screen(store: Store, chat: str) -> None:
    top = say(store, chat, None, "top")
    middle = say(store, chat, top, "middle")
    leaf = say(store, chat, middle, "leaf")
    store.delete_turn(middle.id)
    store.delete_turn(leaf.id)
    store.restore_turn(middle.id)
    assert texts(store, chat) == ["top", "middle"]


def test_what_was_deleted_first_stays_deleted_when_what_is_above_comes_back(store: Store, chat: str) -> None:
    top = say(store, chat, None, "top")
    middle = say(store, chat, top, "middle")
    leaf = say(store, chat, middle, "leaf")
    store.delete_turn(leaf.id)
    store.delete_turn(top.id)
    store.restore_turn(leaf.id)
    assert store.path(chat) == ()
    store.restore_turn(top.id)
    assert texts(store, chat) == ["top", "middle"]
    assert store.select_branch(middle.id) == leaf.id


def test_nothing_follows_a_turn_that_cannot_be_seen(store: Store, chat: str) -> None:
    top = say(store, chat, None, "top")
    leaf = say(store, chat, top, "leaf")
    elsewhere = say(store, store.create_conversation().id, None, "elsewhere")
    store.delete_turn(top.id)
    before = store.conversation(chat)
    for parent in (leaf, elsewhere):
        with pytest.raises(MissingError, match=f"There is no turn '{parent.id}'"):
            say(store, chat, parent, "lost")
        with pytest.raises(MissingError):
            store.start_reply(chat, parent.id, model="m")
    for act in (store.set_head, store.select_branch):
        with pytest.raises(MissingError, match=f"There is no turn '{leaf.id}'"):
            act(leaf.id)
    for act in (store.delete_turn, store.restore_turn, store.set_head, store.select_branch):
        with pytest.raises(MissingError, match="There is no turn 'none'"):
            act("none")
    assert store.siblings("none") == ()
    assert store.conversation(chat) == before
    assert store.replies(chat) == ()


class Model:
    """What a conversation should do, told as plainly as possible."""

    def __init__(self) -> None:
        self.parent: dict[int, int | None] = {}
        self.deleted: set[int] = set()
        self.head: int | None = None
        self.before: dict[int, int | None] = {}
        """Of what was deleted, the head at that time if it was taken off the screen."""

    def way(self, turn: int | None) -> list[int]:
        return [] if turn is None else [*self.way(self.parent[turn]), turn]

    def shows(self, turn: int) -> bool:
        return not self.deleted & set(self.way(turn))

    def newest(self, top: int | None) -> int | None:
        shown = [turn for turn in self.parent if self.shows(turn) and (top is None or top in self.way(turn))]
        return max(shown, default=None)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(["say", "branch", "head", "delete", "restore"]), st.integers(0, 15))))
def test_any_order_of_steps_leaves_a_sound_tree(store: Store, steps: list[tuple[str, int]]) -> None:
    chat = store.create_conversation().id
    model, ids = Model(), list[str]()
    for act, pick in steps:
        turn = pick % (len(ids) + 1) - 1  # -1: none
        chosen = None if turn < 0 else turn
        if act == "say":
            with contextlib.suppress(MissingError):
                ids.append(store.add_turn(chat, None if chosen is None else ids[chosen], Message("user", "x")).id)
                model.head = len(model.parent)
                model.parent[model.head] = chosen
        elif chosen is not None and act == "restore":
            store.restore_turn(ids[chosen])
            model.deleted.discard(chosen)
            before = model.before.pop(chosen, None)
            if before is not None and model.shows(chosen):
                model.head = before if model.shows(before) else model.newest(chosen)
        elif chosen is not None and act == "delete":
            store.delete_turn(ids[chosen])
            if chosen not in model.deleted:
                model.deleted.add(chosen)
                if chosen in model.way(model.head):
                    model.before[chosen] = model.head
                    model.head = model.newest(model.parent[chosen])
        elif chosen is not None and model.shows(chosen):
            change: Any = store.select_branch if act == "branch" else store.set_head
            change(ids[chosen])
            model.head = model.newest(chosen) if act == "branch" else chosen
    path = store.path(chat)
    assert [turn.id for turn in path] == [ids[turn] for turn in model.way(model.head)]
    assert model.head is None or model.shows(model.head)
    for shown in path:
        family = [name for name in model.parent if model.parent[name] == model.parent[ids.index(shown.id)]]
        assert shown.siblings == tuple(ids[name] for name in family if name not in model.deleted)
    facts = [entry.facts for entry in listed_chats(store) if entry.id == chat]
    listed = sum(known.questions + known.answers for known in facts if known is not None)
    assert listed == sum(model.shows(turn) for turn in model.parent)


def test_a_tree_without_turns() -> None:
    tree = Tree()
    assert tree.path_to(None) == tree.path_to("x") == tree.under() == ()
    assert tree.newest() is None
    assert not tree.shows("x")


def test_turns_are_found_on_any_branch_of_their_conversation(store: Store, chat: str) -> None:
    one, other = say(store, chat, None, "one"), say(store, chat, None, "other")
    gone, elsewhere = say(store, chat, one, "gone"), say(store, store.create_conversation().id, None, "elsewhere")
    store.delete_turn(gone.id)
    found = store.turns(chat, [one.id, other.id, gone.id, elsewhere.id, "nobody"])
    assert {id_: turn.message.text for id_, turn in found.items()} == {one.id: "one", other.id: "other"}
