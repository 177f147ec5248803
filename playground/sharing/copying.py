"""A shared page taken over: its chat or comparison again, as one's own, with new ids."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from playground.exporting.html_page import data_in
from playground.sharing.data import TABLES, PageData, UnreadablePageError, checked_rows, read_data, with_new_ids
from playground.store import BusyError, Store, UnfitError
from playground.store.transfer.incoming import Portion
from playground.store.votes import ROOM, SHARED

ROWS_TOGETHER = 200


class Copied(NamedTuple):
    """What was made of a page, and its id."""

    kind: Literal["chat", "comparison"]
    id: str


def shared_data_in(text: str) -> PageData | None:
    """The data in a page, or in a file of the data alone; None for any other text. Raises UnreadablePageError."""
    if data_in(text) is not None:
        return data_of_page(text)
    return read_data(text) if _DATA_ALONE.match(text) else None


_DATA_ALONE = re.compile(r'\s*\{\s*"format"\s*:\s*"llm-playground-page"')


def data_of_page(page: str) -> PageData:
    """The data in a page or file. Raises UnreadablePageError where there is none."""
    text = data_in(page)
    if text is None:
        raise UnreadablePageError("This is no page that was shared from a playground: there is no data in it.")
    return read_data(text)


def copy_to(store: Store, data: PageData) -> Copied:
    """Keep the chat or comparison of a page: the same words, numbers and paces, which count as somebody else's.

    Votes are those of others, and count in no standings. Raises UnreadablePageError and StoreError; nothing is kept
    then.
    """
    if data.kind == "usage":
        raise UnreadablePageError("This page is about what was used: there is no chat in it.")
    checked_rows(data)
    fresh = data.model_copy(update={"rows": with_new_ids(data.rows)})
    found = checked_rows(fresh)
    for number, row in enumerate(found["votes"], 1):  # a page may name anybody
        row["voter"] = f"{ROOM if row['voter'].startswith(ROOM) else ''}{SHARED}{number}"

    def portions() -> Iterator[Portion]:
        for name in TABLES:
            numbered = list(enumerate(found[name], 1))
            for start in range(0, len(numbered), ROWS_TOGETHER):
                yield name, numbered[start : start + ROWS_TOGETHER]

    try:
        store.take_in(portions)
    except BusyError as error:
        raise UnreadablePageError(str(error)) from None
    except UnfitError as error:
        raise UnreadablePageError(f"Its data does not hang together: {error.message}.") from None
    if data.kind == "chat":
        return Copied("chat", found["conversations"][0]["id"])
    return Copied("comparison", found["comparisons"][0]["id"])
