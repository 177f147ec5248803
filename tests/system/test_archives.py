"""Zips are unpacked within bounds."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.importing import Bounds, UnreadableError, read, read_file
from playground.system.archives import MOST_ENTRIES, ArchiveError, unpacked


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return packed.getvalue()


def test_what_is_wanted_comes_in_its_order() -> None:
    data = zipped(b_json=b"1", a_txt=b"2", a_json=b"3")
    found = unpacked(data, lambda name: name.endswith(".json"), most=2, largest=10, total=10)
    assert found == [("b.json", b"1"), ("a.json", b"3")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped(a=b"1", b=b"2", c=b"3"), "3 files; at most 2"),
        (zipped(a=b"x" * 3_000_000, b=b"x" * 3_000_000), "larger than 4 MB when unpacked"),
        (zipped(a=b"1")[:-5], "cannot be read"),
        (b"PK\x03\x04 no zip", "cannot be read"),
    ],
    ids=["too many", "too large", "cut", "no zip"],  # the bytes hold the time
)
def test_what_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ArchiveError, match=reason):
        unpacked(data, lambda name: True, most=2, largest=3_000_000, total=4_000_000)


def test_a_small_archive_that_holds_much_is_read_no_further_than_allowed() -> None:
    data = zipped(a=b"\0" * 100_000_000)
    assert len(data) < 200_000
    [(_, content)] = unpacked(data, lambda name: True, most=1, largest=1_000, total=10_000)
    assert len(content) == 1_001


def test_an_endless_list_of_contents_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(MOST_ENTRIES + 1):
            archive.writestr(f"{number}", b"")
    with pytest.raises(ArchiveError, match="20,001 files"):
        unpacked(packed.getvalue(), lambda name: False, most=1, largest=1, total=1)


@given(st.binary(max_size=200), st.integers(0, 200))
def test_whatever_is_damaged_is_unpacked_or_refused(noise: bytes, at: int) -> None:
    whole = zipped(a_json=b'{"a": 1}', b_json=b"2")
    damaged = whole[:at] + noise + whole[at + len(noise) :]
    with contextlib.suppress(ArchiveError):
        unpacked(damaged, lambda name: True, most=5, largest=1_000, total=1_000)


CHAT = b'[{"name": "x", "chat_messages": [{"sender": "human", "text": "Hi"}]}]'


@pytest.mark.parametrize(
    "data",
    [
        CHAT,
        b"\xef\xbb\xbf" + CHAT,
        CHAT.decode().encode("utf-16"),
        zipped(conversations_json=CHAT, users_json=b"{}", chat_html=b"<p>"),
        zipped(export__conversations_json=CHAT, export__projects_json=b"{}"),
        zipped(mine_json=CHAT),
    ],
)
def test_an_uploaded_file_is_its_text(data: bytes) -> None:
    assert read(read_file(data)).messages[0].text == "Hi"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped(a_json=b"1", b_json=b"2"), r"several JSON files \(a\.json, b\.json\)"),
        (zipped(a_txt=b"1"), "holds no conversations.json"),
        (zipped(conversations_json=b" " * 5_000_000), "larger than 4 MB"),
        (b" " * 5_000_000, "larger than 4 MB"),
        (b"\xff\x00\xff", "no text in UTF-8"),
        (b"PK", "not unpacked"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read_file(data, Bounds.of(1))
