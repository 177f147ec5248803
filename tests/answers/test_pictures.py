"""What a model may draw, and where a link may lead: read from what it sent, nothing fetched, nothing decoded."""

import io
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from playground.answers.pictures import LARGEST_PICTURE, PictureError, read_picture, web_link


def drawn(kind: str, size: tuple[int, int] = (37, 21), **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind.upper(), **options)
    return file.getvalue()


def uri(content: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"


PNG = drawn("png")


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("png", {}),
        ("jpeg", {}),
        ("jpeg", {"progressive": True}),
        ("jpeg", {"comment": b"\xff\xd8" * 50}),
        ("gif", {}),
        ("webp", {}),
        ("webp", {"lossless": True}),
        ("webp", {"exif": b"Exif\0\0"}),
    ],
)
def test_the_bytes_say_what_it_is_and_how_large(kind: str, options: dict[str, Any]) -> None:
    found = read_picture(uri(drawn(kind, **options), "image/svg+xml"))
    assert (found.kind, found.width, found.height) == (kind, 37, 21)
    assert found.content == drawn(kind, **options)


def test_base64_may_be_broken_into_lines() -> None:
    head, comma, data = uri(PNG).partition(",")
    assert read_picture(f"{head}{comma}{data[:20]}\r\n{data[20:]}\n").content == PNG


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://images.example/a.png", "nothing is fetched"),
        ("http://127.0.0.1/", "nothing is fetched"),
        ("file:///etc/passwd", "nothing is fetched"),
        ("javascript:alert(1)", "nothing is fetched"),
        ("/app/static/x.png", "nothing is fetched"),
        ("", "nothing is fetched"),
        ("data:image/png", "nothing is fetched"),
        ("data:image/svg+xml,<svg onload='alert(1)'/>", "not written in base64"),
        ("data:image/png;base64,%%%", "not written in base64"),
        ("data:image/png;base64,é", "not written in base64"),
        (uri(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "no PNG, JPEG, GIF or WebP"),
        (uri(b"BM" + b"\0" * 100), "no PNG, JPEG, GIF or WebP"),
        (uri(b""), "no PNG, JPEG, GIF or WebP"),
        (uri(PNG[:12]), "is damaged"),
        (uri(b"\xff\xd8\xff\xe0" + b"\0" * 9), "is damaged"),
        (uri(b"\xff\xd8\xff" + b"\xff" * 99), "is damaged"),
        (uri(b"RIFF____WEBPVP8Q"), "is damaged"),
        (uri(b"GIF89a"), "is damaged"),
        (uri(PNG[:16] + b"\0\0\0\0" + PNG[20:]), "is damaged"),
        (uri(PNG[:16] + b"\x00\x01\x00\x00" * 2 + PNG[24:]), "65,536 × 65,536 pixels, which is too many"),
        (uri(PNG[:16] + b"\x00\x00\x75\x30\x00\x00\x00\x01" + PNG[24:]), "30,000 × 1 pixels"),
        (f"data:image/png;base64,{'A' * (LARGEST_PICTURE * 4 // 3 + 8)}", "larger than 15 MB"),
    ],
    ids=range(22),
)
def test_what_is_no_picture_is_told_why(url: str, why: str) -> None:
    with pytest.raises(PictureError) as told:
        read_picture(url)
    assert why in str(told.value)


@given(st.sampled_from(["png", "jpeg", "gif", "webp"]), st.integers(0, 200), st.binary(max_size=60))
def test_damaged_bytes_are_a_picture_or_none(kind: str, at: int, junk: bytes) -> None:
    whole = drawn(kind)
    try:
        found = read_picture(uri(whole[:at] + junk))
    except PictureError:
        return
    assert found.width > 0
    assert found.height > 0


@pytest.mark.parametrize(
    ("url", "host", "target"),
    [
        ("https://tides.example/low?a=1#b", "tides.example", "https://tides.example/low?a=1#b"),
        ("HTTP://Tides.Example:8080", "tides.example", "http://tides.example:8080"),
        ("https://a.example/x)](y) <b>$1$", "a.example", "https://a.example/x%29%5D%28y%29%20%3Cb%3E%241%24"),
        ("https://a.example//b/%C3%A9", "a.example", "https://a.example//b/%C3%A9"),
        ("https://münchen.example/ü", "xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example/%C3%BC"),
    ],
)
def test_a_link_leads_where_it_says(url: str, host: str, target: str) -> None:
    assert web_link(url) == (host, target)


def test_a_host_in_other_letters_that_look_alike_is_seen_to_be_one() -> None:
    found = web_link("https://\u0430pple.example/")  # a Cyrillic а
    assert found is not None
    assert found[0].startswith("xn--")


@pytest.mark.parametrize(
    "url",
    [
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "ftp://a.example",
            "//a.example",
            "a.example",
        ),
        *("https://me@a.example", "https://good.example@evil.example", r"https://evil.example\.good.example"),
        *("https://", "https://a b.example", "https://a.example:99999", "https://[", "https://a\n.example", ""),
        *("https://a.example/\ud800", "https://" + "a" * 70 + ".example", "https://..example"),
    ],
)
def test_anything_else_is_no_link(url: str) -> None:
    assert web_link(url) is None


@given(st.text())
def test_no_text_breaks_out_of_a_link(text: str) -> None:
    found = web_link(f"https://a.example/{text}")
    if found is not None:
        assert not set(found[1]) & set(" \n()[]<>\"'`$\\|")
