"""Recordings as a video: the pictures of an animation, made into a film by ffmpeg where the system has it."""

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from playground.presenting.animation import can_animate, drawn_pictures, total_ms
from playground.presenting.screen import Take
from playground.system.environment import least_environment

SHORTEST_SHOWN_MS = 100
"""How long a picture of the video is shown at least."""
MOST_PICTURES_FILMED = 3_000
"""Pictures of one video; a longer recording has fewer of them a second."""
LONGEST_S = 120.0
"""How long ffmpeg may take."""
LARGEST_VIDEO = 50_000_000
"""Bytes; the end of what is larger is left out."""


class VideoError(Exception):
    """Why there is no video, in a sentence."""


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """What is made: the ending of the file's name, its media type, and what ffmpeg is told."""

    ending: str
    media_type: str
    options: tuple[str, ...]


_FORMATS = {
    "libx264": VideoFormat(
        "mp4",
        "video/mp4",
        ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-movflags", "+faststart"),
    ),
    "libvpx-vp9": VideoFormat(
        "webm",
        "video/webm",
        ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-crf", "30", "-b:v", "0"),
    ),
}
"""By the encoder that each needs; the first one that is there is used."""


def video_format() -> VideoFormat | None:
    """What can be made here; None where ffmpeg is not on PATH, has no encoder for it, or nothing draws pictures."""
    program = shutil.which("ffmpeg")
    return None if program is None or not can_animate() else _format_of(program)


def video(takes: Sequence[Take]) -> bytes:
    """A video of recordings side by side at the pace at which they came. Raises VideoError."""
    program, made = shutil.which("ffmpeg"), video_format()
    if program is None or made is None:
        raise VideoError("A video needs ffmpeg, which is not there.")
    grain = max(SHORTEST_SHOWN_MS, -(-total_ms(takes) // MOST_PICTURES_FILMED))
    with tempfile.TemporaryDirectory(prefix="recording-") as folder:
        file = Path(folder) / f"recording.{made.ending}"
        _film(program, made, file, takes, grain)
        return file.read_bytes()


def _film(program: str, made: VideoFormat, file: Path, takes: Sequence[Take], grain_ms: int) -> None:
    pictures = drawn_pictures(takes, grain_ms)
    shown_ms, picture = next(pictures)
    command = [
        *(program, "-hide_banner", "-nostdin", "-loglevel", "error", "-protocol_whitelist", "pipe,file"),
        *("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{picture.width}x{picture.height}"),
        *("-framerate", f"1000/{grain_ms}", "-i", "pipe:0", "-an", "-threads", "2"),
        # Both sides of the picture are to be even.
        *("-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", *made.options, "-pix_fmt", "yuv420p"),
        *("-fs", str(LARGEST_VIDEO), str(file)),
    ]
    with tempfile.TemporaryFile() as errors, _started(command, file.parent, errors) as process:
        assert process.stdin is not None
        clock = threading.Timer(LONGEST_S, process.kill)
        clock.start()
        try:
            at = filmed = 0
            while True:
                at += shown_ms
                count = -(-at // grain_ms) - filmed
                frame = picture.convert("RGB").tobytes()
                for _ in range(count):
                    process.stdin.write(frame)
                filmed += count
                if (following := next(pictures, None)) is None:
                    break
                shown_ms, picture = following
            process.stdin.close()
            process.wait()
        except BrokenPipeError:  # it has ended: because the video is large enough, or something is wrong
            process.wait()
        finally:
            process.kill()
            clock.cancel()
        if process.returncode != 0 or not file.is_file():
            errors.seek(0)
            said = errors.read(500).decode("utf-8", "replace").strip().splitlines()
            raise VideoError(f"ffmpeg made no video: {said[-1] if said else 'it took too long'}.")


def _started(command: Sequence[str], folder: Path, errors: "IO[bytes] | int") -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        cwd=folder,
        env=least_environment(),
    )


@lru_cache(maxsize=4)
def _format_of(program: str) -> VideoFormat | None:
    try:
        told = subprocess.run(
            [program, "-hide_banner", "-nostdin", "-encoders"],
            capture_output=True,
            check=True,
            timeout=10,
            env=least_environment(),
        )
    except (OSError, subprocess.SubprocessError):
        return None
    known = told.stdout.decode("utf-8", "replace").split()
    return next((made for name, made in _FORMATS.items() if name in known), None)
