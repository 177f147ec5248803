"""A chat as a prompt file of GitHub Models, `.prompt.yml`."""

from collections.abc import Sequence

from playground.conversation.history import history
from playground.conversation.provenance import provenance_line
from playground.conversation.requests import PLACEHOLDER
from playground.conversation.setup import Setup
from playground.importing import Imported, write_prompt_file
from playground.store import Turn


def as_prompt_file(setup: Setup, path: Sequence[Turn]) -> str:
    """A conversation as a `.prompt.yml`; one without messages has a placeholder.

    Comments name model, connection and settings of each answer.
    """
    messages = history(path)
    if all(message.role != "user" for message in messages):
        messages = (*messages, PLACEHOLDER)
    found = Imported(
        model=setup.model,
        system_prompt=setup.system_prompt,
        messages=messages,
        parameters=dict(setup.parameters),
        tools=tuple(dict(tool) for tool in setup.tools),
        response_format=None if setup.response_format is None else dict(setup.response_format),
    )
    replies = [turn.reply for turn in path if turn.reply is not None]
    comments = [f"# Answer {number}: {provenance_line(reply)}\n" for number, reply in enumerate(replies, 1)]
    return "".join(comments) + write_prompt_file(found)
