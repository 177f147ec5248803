"""Requests from elsewhere: a curl command, a request body, messages, or a prompt file of GitHub Models.

found = read(pasted)
found.model, found.messages, found.parameters, found.notes
"""

from playground.importing.imported import Imported, UnreadableError
from playground.importing.prompt_file import write_prompt_file
from playground.importing.reading import read

__all__ = ["Imported", "UnreadableError", "read", "write_prompt_file"]
