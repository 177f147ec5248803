"""A pasted text, whichever of the kinds it is."""

import json

from playground.importing.body import read_body
from playground.importing.curl import read_curl
from playground.importing.imported import Imported, UnreadableError
from playground.importing.prompt_file import load, read_prompt_file
from playground.importing.shell import find_command

LONGEST = 20_000_000
"""Characters: a conversation with images."""


def read(text: str) -> Imported:
    """What a curl command, a request body, a list of messages or a `.prompt.yml` says. Raises UnreadableError."""
    pasted = text.removeprefix("\ufeff")
    text = pasted.strip()
    if not text:
        raise UnreadableError("There is nothing to read.")
    if len(text) > LONGEST:
        raise UnreadableError(f"It is longer than {LONGEST:,} characters.")
    if text[0] in "{[":
        try:
            value = json.loads(text)
        except RecursionError:
            raise UnreadableError("It is nested too deeply.") from None
        except ValueError as error:
            raise UnreadableError(f"It begins like JSON but is not: {error}.") from None
        if isinstance(value, dict) and ("modelParameters" in value or "responseFormat" in value):
            return read_prompt_file(value)
        return read_body(value)
    if "curl" in text and (command := find_command(text.removeprefix("$ "), "curl")) is not None:
        return read_curl(command)
    return read_prompt_file(load(pasted))
