"""Conversations of chat programs as request bodies: ChatGPT, Claude, Open WebUI, LibreChat, LM Studio.

None of these exports is documented: they are read as the programs write them at the end of 2026.
"""

import re
from collections.abc import Mapping
from typing import Any

_Conversation = Mapping[str, Any]
_DETAILS = re.compile(r'<details type="reasoning"[^<>]{0,200}>\s*(?:<summary>[^<]{0,200}</summary>)?')
_OPEN = re.compile(r'<details type="(?!reasoning")(\w+)"')


def _branch(nodes: Mapping[str, Any], leaf: Any, parent: str) -> list[Mapping[str, Any]]:
    """The nodes from the root to a leaf of a tree of messages."""
    path: list[Mapping[str, Any]] = []
    seen: set[str] = set()
    while isinstance(leaf, str) and leaf not in seen and isinstance(node := nodes.get(leaf), Mapping):
        seen.add(leaf)
        path.append(node)
        leaf = node.get(parent)
    return path[::-1]


def _left(notes: list[str], count: int, singular: str, plural: str) -> None:
    if count:
        notes.append(f"{count} {singular if count == 1 else plural} left out.")


def chatgpt(conversation: _Conversation, notes: list[str]) -> dict[str, Any]:
    """A conversation of ChatGPT's conversations.json: the branch that was shown last."""
    nodes = conversation["mapping"]
    leaf = conversation.get("current_node") or next(reversed(nodes), None)
    messages: list[dict[str, Any]] = []
    tools = files = 0
    for node in _branch(nodes, leaf, "parent"):
        message = node.get("message")
        content = message.get("content") if isinstance(message, Mapping) else None
        if not isinstance(message, Mapping) or not isinstance(content, Mapping):
            continue
        author = message.get("author")
        role = author.get("role") if isinstance(author, Mapping) else None
        metadata = message.get("metadata")
        if isinstance(metadata, Mapping) and metadata.get("is_visually_hidden_from_conversation"):
            continue
        if content.get("content_type") in ("thoughts", "reasoning_recap"):
            continue
        if role == "tool" or message.get("recipient") not in (None, "all"):
            tools += 1
            continue
        parts = content.get("parts")
        texts = [part for part in parts if isinstance(part, str)] if isinstance(parts, list) else [content.get("text")]
        files += len(parts) - len(texts) if isinstance(parts, list) else 0
        text = "\n\n".join(text for text in texts if isinstance(text, str) and text)
        if text and role in ("user", "assistant", "system"):
            _add(messages, role, text)
    _left(notes, tools, "step of a tool", "steps of tools")
    _left(notes, files, "picture or file", "pictures or files")
    if files:
        notes.append("Pictures are not in conversations.json: attach them again.")
    return {"model": conversation.get("default_model_slug") or "", "messages": messages}


def _add(messages: list[dict[str, Any]], role: str, text: str) -> None:
    if messages and messages[-1]["role"] == role == "assistant":
        text = f"{messages.pop()['content']}\n\n{text}"
    messages.append({"role": role, "content": text})


def claude(conversation: _Conversation, notes: list[str]) -> dict[str, Any]:
    """A conversation of Claude's conversations.json, attachments as text."""
    turns = [message for message in conversation["chat_messages"] if isinstance(message, Mapping)]
    by_id = {str(message.get("uuid")): message for message in turns}
    linked = turns and all(isinstance(message.get("parent_message_uuid"), str) for message in turns)
    if linked:
        leaf = conversation.get("current_leaf_message_uuid")
        turns = _branch(by_id, leaf if leaf in by_id else str(turns[-1].get("uuid")), "parent_message_uuid")
    messages: list[dict[str, Any]] = []
    files = 0
    for message in turns:
        content = message.get("content")
        if not isinstance(content, list) or not content:
            content = [{"type": "text", "text": message.get("text") or ""}]
        content = [part for part in content if isinstance(part, Mapping)]
        content = [{name: part.get(name) for name in _CLAUDES.get(part.get("type"), part)} for part in content]
        attachments = message.get("attachments")
        for attached in attachments if isinstance(attachments, list) else []:
            if isinstance(attached, Mapping) and isinstance(text := attached.get("extracted_content"), str) and text:
                content.append({"type": "text", "text": f"\n\n{attached.get('file_name') or 'Attachment'}:\n{text}"})
        attached_files = message.get("files")
        files += len(attached_files) if isinstance(attached_files, list) else 0
        role = "user" if message.get("sender") == "human" else "assistant"
        results = [part for part in content if role == "assistant" and part.get("type") == "tool_result"]
        messages.append({"role": role, "content": [part for part in content if part not in results]})
        if results:
            messages.append({"role": "user", "content": results})
    _left(notes, files, "picture or file", "pictures or files")
    return {"model": conversation.get("model") or "", "messages": messages}


_CLAUDES = {
    "text": ("type", "text"),
    "thinking": ("type", "thinking"),
    "tool_use": ("type", "id", "name", "input"),
    "tool_result": ("type", "tool_use_id", "content"),
}


def _parted(text: str) -> tuple[str, list[str]]:
    """The text of an answer, and its thoughts, which are HTML blocks in it."""
    turns, thoughts, at = [], [], 0
    while opened := _DETAILS.search(text, at):
        end = text.find("</details>", opened.end())
        if end < 0:
            break
        turns.append(text[at : opened.start()])
        thoughts.append(re.sub(r"^> ?", "", text[opened.end() : end], flags=re.MULTILINE).strip())
        at = end + len("</details>")
        at += len(text[at : at + 50]) - len(text[at : at + 50].lstrip())
    return "".join([*turns, text[at:]]), thoughts


def open_webui(conversation: _Conversation, notes: list[str]) -> dict[str, Any]:
    """A chat of Open WebUI: the branch on screen, with its parameters, thoughts and pictures."""
    chat = conversation["chat"]
    history = chat.get("history")
    nodes = history.get("messages") if isinstance(history, Mapping) else None
    if isinstance(history, Mapping) and isinstance(nodes, Mapping) and nodes:
        turns = _branch(nodes, history.get("currentId") or next(reversed(nodes), None), "parentId")
    else:
        listed = chat.get("messages")
        turns = [message for message in listed if isinstance(message, Mapping)] if isinstance(listed, list) else []
    messages: list[dict[str, Any]] = []
    model = ""
    for message in turns:
        text = message.get("content")
        read: dict[str, Any] = {"role": message.get("role"), "content": text}
        if message.get("role") == "assistant":
            model = str(message.get("model") or model)
            if isinstance(text, str) and "<details" in text:
                answer, thoughts = _parted(text)
                read = {**read, "content": answer, "reasoning": "\n\n".join(thoughts)}
                notes += [f"A block of {kind} stands in an answer as text." for kind in _OPEN.findall(text)]
        files = message.get("files")
        pictures = [
            {"type": "image_url", "image_url": {"url": file.get("url")}}
            for file in (files if isinstance(files, list) else [])
            if isinstance(file, Mapping) and file.get("type") == "image"
        ]
        _left(notes, len(files) - len(pictures) if isinstance(files, list) else 0, "file", "files")
        if pictures:
            read["content"] = [{"type": "text", "text": text or ""}, *pictures]
        messages.append(read)
    models = chat.get("models")
    params = chat.get("params")
    settings = dict(params) if isinstance(params, Mapping) else {}
    first = models[0] if isinstance(models, list) and models else ""
    return {**settings, "model": model or first, "messages": messages}


def librechat(conversation: _Conversation, notes: list[str]) -> dict[str, Any]:
    """A conversation of LibreChat, as a list or as a tree of messages."""
    flat: list[Mapping[str, Any]] = []
    waiting = [message for message in reversed(conversation["messages"]) if isinstance(message, Mapping)]
    while waiting:
        message = waiting.pop()
        flat.append(message)
        children = message.get("children")
        waiting += (
            [child for child in reversed(children) if isinstance(child, Mapping)] if isinstance(children, list) else []
        )
    by_id = {str(message.get("messageId")): message for message in flat}
    turns = _branch(by_id, str(flat[-1].get("messageId")), "parentMessageId") if flat else []
    messages = []
    for message in turns:
        content = message.get("content")
        parts = [part for part in content if isinstance(part, Mapping)] if isinstance(content, list) else []
        read = [
            {"type": "thinking" if "think" in part else "text", "text": part.get("think", part.get("text"))}
            for part in parts
            if part.get("type") in ("text", "think")
        ]
        _left(notes, len(parts) - len(read), "part of an answer", "parts of answers")
        role = "user" if message.get("isCreatedByUser") else "assistant"
        messages.append({"role": role, "content": read or message.get("text") or ""})
    options = conversation.get("options")
    options = options if isinstance(options, Mapping) else {}
    settings = {name: options[name] for name in ("model", "temperature", "top_p") if options.get(name) is not None}
    return {**settings, "system": options.get("promptPrefix") or "", "messages": messages}


def lm_studio(conversation: _Conversation, notes: list[str]) -> dict[str, Any]:
    """A conversation file of LM Studio: of each message the version that is selected."""
    messages = []
    for message in conversation["messages"]:
        versions = message.get("versions", []) if isinstance(message, Mapping) else []
        at = message.get("currentlySelected", 0)
        version = versions[at] if isinstance(at, int) and 0 <= at < len(versions) else None
        if not isinstance(version, Mapping):
            continue
        steps = version.get("steps", [version])
        contents = (
            [step.get("content") for step in steps if isinstance(step, Mapping)] if isinstance(steps, list) else []
        )
        parts = [part for content in contents if isinstance(content, list) for part in content]
        settings = [part for part in parts if isinstance(part, Mapping) and part.get("type") == "text"]
        _left(notes, len(parts) - len(settings), "picture or file", "pictures or files")
        messages.append(
            {"role": version.get("role"), "content": [{"type": "text", "text": p.get("text")} for p in settings]}
        )
    return {"system": conversation.get("systemPrompt") or "", "messages": messages}


def is_open_webui(conversation: _Conversation) -> bool:
    """Whether this is a chat of Open WebUI."""
    chat = conversation.get("chat")
    return isinstance(chat, Mapping) and ("history" in chat or "messages" in chat)


def is_lm_studio(conversation: _Conversation) -> bool:
    """Whether this is a conversation of LM Studio."""
    turns = conversation.get("messages")
    return (
        isinstance(turns, list)
        and bool(turns)
        and all(isinstance(m, Mapping) and isinstance(m.get("versions"), list) for m in turns)
    )
