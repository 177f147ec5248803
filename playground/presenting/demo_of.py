"""Demos made of chats and comparisons: the same questions, asked with the same settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from playground.compare.comparing import Comparing
from playground.conversation.chat import Chat
from playground.conversation.setup import Setup
from playground.presenting.demo import LONGEST_TEXT, Demo, DemoPane, DemoStep
from playground.presenting.presented_chat import setup_of
from playground.presenting.scene import asked_questions
from playground.store import Turn

MOST_PROMPTS = 20


def demo_of_chat(chat: Chat, conversation_id: str) -> Demo | None:
    """The questions of a chat, as one step; None where there are none. Raises StoreError."""
    conversation = chat.store.conversation(conversation_id)
    prompts = _prompts(chat.store.path(conversation_id))
    if conversation is None or not prompts:
        return None
    setup = setup_of(conversation, chat)
    step = DemoStep(
        **_asked(prompts),
        model=setup.model,
        system_prompt=setup.system_prompt[:LONGEST_TEXT],
        parameters=dict(setup.parameters),
        response_format=setup.response_format,
    )
    return Demo(title=conversation.title or "A demo", steps=(step,))


def demo_of_comparison(chat: Chat, comparison_id: str) -> Demo | None:
    """The prompts of a comparison, as one step with its panes; None where there are none. Raises StoreError.

    Of panes with prompts of their own, those of the first one are taken.
    """
    comparing = Comparing(chat)
    comparison = comparing.read(comparison_id)
    if comparison is None:
        return None
    paths = chat.store.paths([pane.conversation_id for pane in comparison.panes])
    prompts = next(filter(None, (_prompts(paths[pane.conversation_id]) for pane in comparison.panes)), ())
    if not prompts:
        return None
    setups = [comparison.fitted(pane, comparing.card(pane))[0] for pane in comparison.panes]
    shared = _shared([setup.parameters for setup in setups])
    prompt = setups[0].system_prompt if len({setup.system_prompt for setup in setups}) == 1 else ""
    panes = tuple(_pane(setup, shared, prompt) for setup in setups)
    step = DemoStep(**_asked(prompts), parameters=shared, system_prompt=prompt[:LONGEST_TEXT], panes=panes)
    hide = ("names", "costs") if comparison.blind else ("costs",)
    return Demo.model_validate({"title": prompts[0].split("\n")[0][:60] or "A demo", "hide": hide, "steps": (step,)})


def _asked(prompts: Sequence[str]) -> dict[str, Any]:
    return {"prompt": prompts[0]} if len(prompts) == 1 else {"prompts": tuple(prompts)}


def _prompts(path: Sequence[Turn]) -> tuple[str, ...]:
    """What was asked in words, as far as a demo can ask it."""
    texts = [question.question.message.text[:LONGEST_TEXT] for question in asked_questions(path)]
    return tuple(text for text in texts if text.strip())[:MOST_PROMPTS]


def _shared(parameters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first, *others = parameters
    return {
        name: value for name, value in first.items() if all(name in other and other[name] == value for other in others)
    }


def _pane(setup: Setup, shared: Mapping[str, Any], prompt: str) -> DemoPane:
    own = {name: value for name, value in setup.parameters.items() if name not in shared}
    system_prompt = None if setup.system_prompt == prompt else setup.system_prompt[:LONGEST_TEXT]
    return DemoPane(model=setup.model, system_prompt=system_prompt, parameters=own)
