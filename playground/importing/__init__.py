"""Imports requests from elsewhere: a curl command, a request body, messages, or a prompt file of GitHub Models.

found = read(pasted)
found.model, found.messages, found.parameters, found.notes
"""

from playground.importing.bounds import Bounds
from playground.importing.files import read_file
from playground.importing.imported import Imported, UnreadableError
from playground.importing.options import as_known
from playground.importing.prompt_file import write_prompt_file
from playground.importing.reading import read

__all__ = ["Bounds", "Imported", "UnreadableError", "as_known", "read", "read_file", "write_prompt_file"]
