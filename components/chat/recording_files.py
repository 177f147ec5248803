"""Downloads of recordings: as asciicast, as an animated picture, and as a video."""

import io
import zipfile
from collections.abc import Sequence

import streamlit as st

from playground.presenting.animation import MEDIA_TYPE_GIF, animation, can_animate
from playground.presenting.asciicast import MEDIA_TYPE, asciicast
from playground.presenting.screen import Take
from playground.presenting.video import video, video_format

NO_PAINTER = "An animated picture needs Pillow, which is not there: `pip install pillow`."


def recording_files(takes: Sequence[Take], title: str) -> None:
    """Buttons that download recordings, of several side by side and one by one; files are made when one is pressed."""
    day = min(take.recording.reply.started_at for take in takes).date().isoformat()
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Recording (.cast)",
            lambda: asciicast(takes, title),
            f"recording-{day}.cast",
            MEDIA_TYPE,
            key="recording_cast",
            icon=":material/terminal:",
            help="asciicast v3, which asciinema plays, in a terminal and on web pages",
            on_click="ignore",
        )
        if len(takes) > 1:
            st.download_button(
                "One file a pane (.zip)",
                lambda: zipped(takes),
                f"recordings-{day}.zip",
                "application/zip",
                key="recording_zip",
                icon=":material/folder_zip:",
                on_click="ignore",
            )
        if can_animate():
            st.download_button(
                "Animated picture (.gif)",
                lambda: animation(takes),
                f"recording-{day}.gif",
                MEDIA_TYPE_GIF,
                key="recording_gif",
                icon=":material/animated_images:",
                help="Eight pictures a second at most; long recordings take a while to draw",
                on_click="ignore",
            )
        if (made := video_format()) is not None:
            st.download_button(
                f"Video (.{made.ending})",
                lambda: video(takes),
                f"recording-{day}.{made.ending}",
                made.media_type,
                key="recording_video",
                icon=":material/videocam:",
                help="Ten pictures a second, made by ffmpeg; long recordings take a while",
                on_click="ignore",
            )
    if not can_animate():
        st.caption(NO_PAINTER)


def zipped(takes: Sequence[Take]) -> bytes:
    """A zip with a cast of each recording."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, take in enumerate(takes, 1):
            archive.writestr(f"pane-{number}.cast", asciicast([take], take.name))
    return file.getvalue()
