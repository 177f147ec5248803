"""The dialects of model servers, one module each: how a request is written in it and how an answer is read."""

from collections.abc import Mapping, Sequence

from playground.providers.dialects import chat_completions, messages, responses, vendor_chats, workers_ai
from playground.providers.wire.dialect import AskedDialect, Dialect

DIALECTS: Sequence[Dialect] = (chat_completions, messages, responses, vendor_chats, workers_ai)
"""All dialects; the last reads the frames that are in no other."""

ASKED: Mapping[str, AskedDialect] = {
    "chat_completions": chat_completions,
    "messages": messages,
    "workers_ai": workers_ai,
}
"""The dialects that requests are written in, by their names in `playground/connections/kinds.py`."""
