"""The kinds of files that a chat can be exported as, in one table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playground.conversation.setup import Setup
from playground.exporting.html_page import as_page
from playground.exporting.markdown_file import chat_as_markdown
from playground.exporting.prompt_file import as_prompt_file
from playground.sharing.data_of_document import data_of
from playground.sharing.document import chat_document
from playground.sharing.findings import Hiding
from playground.sharing.included import Included
from playground.store import Turn
from playground.store.database.database import now


@dataclass(frozen=True, slots=True)
class ExportedChat:
    """A chat to export: its title, the current setup, and the path.

    `keys` are those of connections, which no page may show.
    """

    title: str
    setup: Setup
    path: Sequence[Turn]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatExport:
    """A kind of file, by the end of its name. `write` makes its text; `icon` is a Material icon by Streamlit's name."""

    id: str
    label: str
    ending: str
    media_type: str
    icon: str
    write: Callable[[ExportedChat], str]
    help: str | None = None
    before_the_first_message: bool = False


def _page(chat: ExportedChat) -> str:
    """As a shared page, with what looks like a secret hidden; e-mail addresses stay: nobody is asked here."""
    data = data_of(chat_document(chat.title, chat.setup, chat.path, Included(), now()))
    return as_page(Hiding(chat.keys, addresses=False).applied(data)).page


CHAT_EXPORTS = (
    ChatExport(
        "prompt",
        "Export .prompt.yml",
        "prompt.yml",
        "application/yaml",
        ":material/output:",
        lambda chat: as_prompt_file(chat.setup, chat.path),
        help="What is set and what was said, for the next request: other programs read it too",
        before_the_first_message=True,
    ),
    ChatExport(
        "markdown",
        "Export .md",
        "md",
        "text/markdown",
        ":material/markdown:",
        lambda chat: chat_as_markdown(chat.title, chat.setup, chat.path),
        help="What was said, with the settings, tokens and cost of each answer",
    ),
    ChatExport(
        "page",
        "Export .html",
        "html",
        "text/html",
        ":material/article:",
        _page,
        help="One page with all that is on screen, to read, to print and to send on; what looks like a key is hidden",
    ),
)
