"""Recordings as a video, by the ffmpeg of the system; without one there is none to be had."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from playground.presenting import video as videos
from playground.presenting.animation import END_MS
from playground.presenting.video import VideoError, video, video_format
from tests.presenting.test_casts import take

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="there is no ffmpeg here")
TAKES = [take("Salt comes from rivers. " * 5, "Hm"), take("海は塩辛い", name="Gemma")]


@needs_ffmpeg
def test_a_video_takes_as_long_as_the_recording(tmp_path: Path) -> None:
    made = video_format()
    assert made is not None
    file = tmp_path / f"it.{made.ending}"
    file.write_bytes(video(TAKES))
    probe = ["ffprobe", "-v", "error", "-show_entries", "format=duration:stream=width,height,pix_fmt", "-of", "json"]
    told = json.loads(subprocess.run([*probe, str(file)], check=True, capture_output=True).stdout)
    longest = max(one.recording.pace.total_ms for one in TAKES)
    assert float(told["format"]["duration"]) == pytest.approx((longest + END_MS) / 1000, abs=0.15)
    (stream,) = told["streams"]
    assert stream["pix_fmt"] == "yuv420p", "what every player shows"
    assert stream["width"] % 2 == stream["height"] % 2 == 0


@needs_ffmpeg
def test_a_recording_of_an_hour_has_as_many_pictures_as_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(videos, "MOST_PICTURES_FILMED", 50)
    assert 1_000 < len(video([take("Salt. " * 20, gap_ms=30_000)])) < 1_000_000


def script(folder: Path, words: str) -> None:
    """A program of that name that does this."""
    program = folder / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{words}\n")
    program.chmod(0o755)


def test_where_there_is_none_it_is_not_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert video_format() is None
    with pytest.raises(VideoError, match="needs ffmpeg"):
        video(TAKES)
    script(tmp_path, "echo V..... gif")
    assert video_format() is None, "it has no encoder that is wanted"


def test_one_that_fails_or_never_ends_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    fails = 'case "$*" in *-encoders*) echo libx264;; *) cat > /dev/null; echo "No room left" >&2; exit 1;; esac'
    script(tmp_path, fails)
    with pytest.raises(VideoError, match="No room left"):
        video(TAKES)
    monkeypatch.setattr(videos, "LONGEST_S", 0.2)
    script(tmp_path, 'case "$*" in *-encoders*) echo libx264;; *) exec sleep 60;; esac')
    with pytest.raises(VideoError, match="took too long"):
        video(TAKES)


def test_it_gets_no_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("OPENAI_API_KEY", "planted")
    told = tmp_path / "told"
    script(tmp_path, f'case "$*" in *-encoders*) echo libx264;; *) env > {told}; cat > /dev/null; exit 1;; esac')
    with pytest.raises(VideoError):
        video(TAKES)
    assert "planted" not in told.read_text()
