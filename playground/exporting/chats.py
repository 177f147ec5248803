"""The files that a chat can leave the app as, in one table: a page draws a button for each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playground.conversation.setup import Setup
from playground.exporting.chat_markdown import chat_as_markdown
from playground.exporting.page import as_page
from playground.exporting.prompt_file import as_prompt_file
from playground.store import Turn


@dataclass(frozen=True, slots=True)
class ExportedChat:
    """A chat as it is on screen: its title, what the next message would be sent with, and what was said."""

    title: str
    setup: Setup
    path: Sequence[Turn]


@dataclass(frozen=True, slots=True)
class ChatExport:
    """A kind of file. `write` makes its text; `icon` is one of Material's, as Streamlit names them."""

    id: str
    label: str
    filename: str
    media_type: str
    icon: str
    write: Callable[[ExportedChat], str]
    help: str | None = None
    before_the_first_message: bool = False


CHAT_EXPORTS = (
    ChatExport(
        "prompt",
        "Export .prompt.yml",
        "chat.prompt.yml",
        "application/yaml",
        ":material/output:",
        lambda chat: as_prompt_file(chat.setup, chat.path),
        help="What is set and what was said, for the next request: other programs read it too",
        before_the_first_message=True,
    ),
    ChatExport(
        "markdown",
        "Export .md",
        "chat.md",
        "text/markdown",
        ":material/markdown:",
        lambda chat: chat_as_markdown(chat.title, chat.setup, chat.path),
        help="What was said, with the settings, tokens and cost of each answer",
    ),
    ChatExport(
        "page",
        "Export .html",
        "chat.html",
        "text/html",
        ":material/article:",
        lambda chat: as_page(chat.title, chat.path),
        help="One page with all that is on screen, to read, to print and to send on",
    ),
)
