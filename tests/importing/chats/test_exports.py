"""Exports of other programs' chats, as those programs write them."""

import json
from typing import Any

import pytest

from playground.importing import UnreadableError, read
from playground.messages import Message
from tests.snippets.requests import PIXEL

SAID = (Message("user", "Why?"), Message("assistant", "Because."), Message("user", "And then?"))


def chatgpt_node(id_: str, parent: str | None, role: str, *parts: Any, **more: Any) -> dict[str, Any]:
    message = {"author": {"role": role}, "content": {"content_type": "text", "parts": list(parts)}, **more}
    return {id_: {"id": id_, "parent": parent, "children": [], "message": message if role else None}}


CHATGPT = {
    "title": "On reasons",
    "current_node": "e",
    "default_model_slug": "gpt-5",
    "mapping": {
        **chatgpt_node("root", None, ""),
        **chatgpt_node("s", "root", "system", "", metadata={"is_visually_hidden_from_conversation": True}),
        **chatgpt_node("a", "s", "user", "Why?"),
        **chatgpt_node("x", "a", "assistant", "A branch that was left"),
        **chatgpt_node("b", "a", "assistant", "search('x')", recipient="browser"),
        **chatgpt_node("c", "b", "tool", "found"),
        **chatgpt_node("d", "c", "assistant", "Because."),
        **chatgpt_node("e", "d", "user", "And then?", {"content_type": "image_asset_pointer", "asset_pointer": "x"}),
    },
}
CLAUDE = {
    "uuid": "1",
    "name": "On reasons",
    "chat_messages": [
        {"uuid": "a", "sender": "human", "text": "Why?", "content": [{"type": "text", "text": "Why?"}], "files": [{}]},
        {"uuid": "b", "sender": "assistant", "text": "Because."},
        {"uuid": "c", "sender": "human", "text": "And then?", "attachments": []},
    ],
}
OPEN_WEBUI = {
    "id": "1",
    "title": "On reasons",
    "chat": {
        "models": ["llama3.2"],
        "params": {"temperature": 0.5, "system": "Be brief."},
        "history": {
            "currentId": "c",
            "messages": {
                "a": {"id": "a", "parentId": None, "role": "user", "content": "Why?"},
                "x": {"id": "x", "parentId": "a", "role": "assistant", "content": "A branch that was left"},
                "b": {
                    "id": "b",
                    "parentId": "a",
                    "role": "assistant",
                    "model": "llama3.2",
                    "content": '<details type="reasoning" done="true" duration="3">\n<summary>Thought</summary>\n'
                    "> Hm\n> so\n</details>\nBecause.",
                },
                "c": {
                    "id": "c",
                    "parentId": "b",
                    "role": "user",
                    "content": "And then?",
                    "files": [{"type": "image", "url": PIXEL}, {"type": "file", "name": "x.pdf"}],
                },
            },
        },
    },
}
LIBRECHAT = {
    "conversationId": "1",
    "title": "On reasons",
    "options": {"model": "gpt-4o", "promptPrefix": "Be brief.", "temperature": 0.5},
    "messages": [
        {"messageId": "a", "parentMessageId": "0000", "isCreatedByUser": True, "text": "Why?"},
        {"messageId": "b", "parentMessageId": "a", "text": "", "content": [{"type": "text", "text": "Because."}]},
        {"messageId": "c", "parentMessageId": "b", "isCreatedByUser": True, "text": "And then?"},
    ],
}
LM_STUDIO = {
    "name": "On reasons",
    "systemPrompt": "Be brief.",
    "messages": [
        {"versions": [{"role": "user", "content": [{"type": "text", "text": "Why?"}]}], "currentlySelected": 0},
        {
            "versions": [
                {"role": "assistant", "steps": [{"content": [{"type": "text", "text": "A version that was left"}]}]},
                {
                    "role": "assistant",
                    "steps": [{"content": [{"type": "text", "text": "Because."}]}, {"type": "debug"}],
                },
            ],
            "currentlySelected": 1,
        },
        {"versions": [{"role": "user", "content": [{"type": "text", "text": "And then?"}]}], "currentlySelected": 0},
    ],
}
SHAREGPT = {
    "conversations": [
        {"from": "system", "value": "Be brief."},
        {"from": "human", "value": "Why?"},
        {"from": "gpt", "value": "Because."},
        {"from": "human", "value": "And then?"},
    ]
}
TRAINING = {"messages": [{"role": m.role, "content": m.content} for m in SAID]}


@pytest.mark.parametrize(
    ("export", "program", "model", "system"),
    [
        (CHATGPT, "ChatGPT", "gpt-5", ""),
        (CLAUDE, "Claude", "", ""),
        (OPEN_WEBUI, "Open WebUI", "llama3.2", "Be brief."),
        (LIBRECHAT, "LibreChat", "gpt-4o", "Be brief."),
        (LM_STUDIO, "LM Studio", "", "Be brief."),
        (SHAREGPT, "ShareGPT", "", "Be brief."),
    ],
)
def test_programs(export: dict[str, Any], program: str, model: str, system: str) -> None:
    for written in (json.dumps(export), json.dumps([export]), json.dumps(export, indent=1)):
        found = read(written)
        assert (found.model, found.system_prompt) == (model, system)
        assert tuple((message.role, message.text) for message in found.messages) == tuple(
            (m.role, m.text) for m in SAID
        )
        assert found.conversations == ()
        several = read(json.dumps([export, export]))
        assert several.notes[0].startswith(f"An export of {program} with 2 conversations: number 1 is taken, ")


def test_of_several_conversations_one_is_chosen() -> None:
    other = {**CLAUDE, "name": "", "chat_messages": [{"sender": "human", "text": "Other"}]}
    export = json.dumps([CLAUDE, other])
    found = read(export)
    assert (found.conversations, found.chosen) == (("On reasons", "Conversation 2"), 0)
    assert found.notes[0] == "An export of Claude with 2 conversations: number 1 is taken, 'On reasons'."
    assert read(export, conversation=1).messages == (Message("user", "Other"),)
    assert read(export, conversation=99).chosen == 1


def test_what_is_left_out_is_said() -> None:
    assert read(json.dumps(CHATGPT)).notes == [
        "2 steps of tools left out.",
        "1 picture or file left out.",
        "Pictures are not in conversations.json: attach them again.",
    ]
    assert "1 picture or file left out." in read(json.dumps(CLAUDE)).notes
    webui = read(json.dumps(OPEN_WEBUI))
    assert webui.notes == ["1 file left out."]
    assert webui.parameters == {"temperature": 0.5}
    assert webui.messages[1].reasoning == "Hm\nso"
    assert isinstance(webui.messages[2].content, tuple)


def test_claude_with_tools_and_attachments() -> None:
    parts = [
        {"type": "thinking", "thinking": "Hm", "summaries": []},
        {"type": "tool_use", "id": "t", "name": "search", "input": {"q": 1}, "message": "Searching"},
        {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "found"}]},
        {"type": "text", "text": "Because.", "citations": []},
    ]
    attached = {"file_name": "a.txt", "extracted_content": "words"}
    messages = [
        {"sender": "human", "text": "Why?", "attachments": [attached]},
        {"sender": "assistant", "text": "", "content": parts},
    ]
    found = read(json.dumps({"chat_messages": messages}))
    assert found.messages[0].text == "Why?\n\na.txt:\nwords"
    assert [message.role for message in found.messages] == ["user", "assistant", "tool"]
    assert (found.messages[1].reasoning, found.messages[2].tool_call_id) == ("Hm", "t")


def test_lines_of_training_data() -> None:
    lines = "\n".join(json.dumps(line) for line in (TRAINING, {"messages": [{"role": "user", "content": "2"}]}))
    found = read(lines)
    assert (found.messages, found.conversations) == (SAID, ("Line 1", "Line 2"))
    assert found.notes == ["Lines of requests with 2 conversations: number 1 is taken, 'Line 1'."]
    assert read(lines, conversation=1).messages == (Message("user", "2"),)
    assert read(json.dumps([TRAINING, TRAINING])).messages == SAID
    assert read("\n".join([json.dumps(SHAREGPT)] * 2)).messages == SAID
    batch = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", **TRAINING}}
    assert read(f"{json.dumps(batch)}\n{json.dumps(batch)}\n").model == "m"
    with pytest.raises(UnreadableError, match="Line 2 is not JSON"):
        read(f"{json.dumps(TRAINING)}\n{{broken")


def test_other_training_data() -> None:
    found = read('{"instruction": "Sum up", "input": "x", "output": "y"}')
    assert found.messages == (Message("user", "Sum up\n\nx"), Message("assistant", "y"))
    pair = {
        "input": {"messages": TRAINING["messages"][:1]},
        "preferred_output": [{"role": "assistant", "content": "Yes"}],
    }
    assert read(json.dumps({**pair, "non_preferred_output": []})).messages == (SAID[0], Message("assistant", "Yes"))


@pytest.mark.parametrize(
    ("export", "program"),
    [
        ({"user_name": "A", "character_name": "B", "chat_metadata": {}}, "SillyTavern"),
        ([{"header": "Gemini Apps", "title": "Prompted x", "titleUrl": "y"}], "Gemini"),
        ({"data": {"chats": [{"messages": []}]}}, "TypingMind"),
    ],
)
def test_programs_that_are_not_read_are_named(export: Any, program: str) -> None:
    with pytest.raises(UnreadableError, match=f"export of {program}.* role and content"):
        read(json.dumps(export))


def test_a_page_is_refused() -> None:
    with pytest.raises(UnreadableError, match=r"conversations\.json"):
        read("<!DOCTYPE html><html></html>")


def test_a_tree_that_bites_its_tail_ends() -> None:
    nodes = {**chatgpt_node("a", "b", "user", "Why?"), **chatgpt_node("b", "a", "assistant", "Because.")}
    assert len(read(json.dumps({"mapping": nodes, "current_node": "b"})).messages) == 2


def test_an_empty_export_is_a_refusal() -> None:
    exports: list[Any] = [{"mapping": {}}, {"chat_messages": []}, [], {"chat": {"history": {}}}]
    for export in exports:
        with pytest.raises(UnreadableError):
            read(json.dumps(export))


def test_a_har_file_gives_its_request() -> None:
    post = {"request": {"url": "https://h", "postData": {"text": json.dumps({"model": "m", **TRAINING})}}}
    har = {"log": {"entries": [{"request": {"url": "x"}}, post]}}
    assert (read(json.dumps(har)).model, read(json.dumps(har)).messages) == ("m", SAID)


@pytest.mark.parametrize("chat", [{"messages": None}, {"history": 1}, {"history": {"messages": []}, "messages": 3}])
def test_a_chat_of_open_webui_without_messages_is_refused(chat: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError):
        read(json.dumps({"chat": chat, "messages": []}))
