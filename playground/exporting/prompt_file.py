"""A chat as a prompt file of GitHub Models, `.prompt.yml`."""

from collections.abc import Sequence

from playground.conversation.chat import PLACEHOLDER
from playground.conversation.history import history
from playground.conversation.provenance import provenance_line
from playground.conversation.setup import Setup
from playground.importing import Imported, write_prompt_file
from playground.store import Turn


def as_prompt_file(setup: Setup, path: Sequence[Turn]) -> str:
    """A conversation as a `.prompt.yml`; before the first message a placeholder stands for it.

    Comments, which no reader of such files minds, say what each answer was asked with.
    """
    said = history(path)
    if all(message.role != "user" for message in said):
        said = (*said, PLACEHOLDER)
    found = Imported(
        model=setup.model,
        system_prompt=setup.system_prompt,
        messages=said,
        parameters=dict(setup.parameters),
        tools=tuple(dict(tool) for tool in setup.tools),
        response_format=None if setup.response_format is None else dict(setup.response_format),
    )
    replies = [turn.reply for turn in path if turn.reply is not None]
    told = [f"# Answer {number}: {provenance_line(reply)}\n" for number, reply in enumerate(replies, 1)]
    return "".join(told) + write_prompt_file(found)
