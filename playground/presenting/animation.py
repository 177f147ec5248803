"""Recordings as an animated picture (GIF) or for a video, drawn by Pillow where that is there: Streamlit brings it."""

import importlib.util
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from playground.presenting.screen import GAP, QUESTION, THOUGHT, Size, Take, screen_frames, sign_rows

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

MEDIA_TYPE_GIF = "image/gif"
MOST_PICTURES_DRAWN = 240
"""Pictures of one animation; a longer recording has fewer of them a second."""
FEWEST_MS = 120
END_MS = 3_000
"""How long the end stays before it begins anew."""
FONT_PIXELS = 16
PAPER, INK, QUIET, SIGN = 0, 1, 2, 3
_COLORS = (18, 24, 26, 230, 237, 236, 140, 155, 155, 79, 195, 184)
_FONTS = ("DejaVuSansMono.ttf", "NotoSansMono-Regular.ttf", "LiberationMono-Regular.ttf", "Menlo.ttc", "consola.ttf")


def can_animate() -> bool:
    """Whether there is what draws animations."""
    return importlib.util.find_spec("PIL") is not None


def animation(takes: Sequence[Take]) -> bytes:
    """A GIF of recordings side by side at the pace at which they came, eight pictures a second at most.

    Raises ImportError unless `can_animate`.
    """
    drawn = list(drawn_pictures(takes, max(FEWEST_MS, -(-total_ms(takes) // MOST_PICTURES_DRAWN))))
    pictures = [picture for _, picture in drawn]
    durations = [max(20, duration) for duration, _ in drawn]
    file = io.BytesIO()
    pictures[0].save(
        file, "GIF", save_all=True, append_images=pictures[1:], duration=durations, loop=0, optimize=False, disposal=1
    )
    return file.getvalue()


def total_ms(takes: Sequence[Take]) -> int:
    """Milliseconds until the last of recordings has ended."""
    return max(take.recording.pace.total_ms for take in takes)


def drawn_pictures(takes: Sequence[Take], grain_ms: int) -> Iterator[tuple[int, "Image.Image"]]:
    """Recordings side by side as pictures, at most one in `grain_ms`, each with the milliseconds that it is shown.

    The last one stays for END_MS. Raises ImportError unless `can_animate`.
    """
    size = Size.of(len(takes))
    paper = _Paper(len(takes), size)
    before: tuple[int, Image.Image] | None = None
    for at, panes in screen_frames(takes, size, grain_ms):
        if before is not None:
            yield at - before[0], before[1]
        before = at, paper.drawn(panes)
    if before is not None:
        yield max(total_ms(takes), before[0]) + END_MS - before[0], before[1]


class _Paper:
    """Draws one picture after the other; what is as in the one before is not drawn again."""

    def __init__(self, panes: int, size: Size) -> None:
        from PIL import Image

        self._font = _font()
        self._size = size
        self._cell: float = max(1.0, self._font.getlength("M"))
        self._row = FONT_PIXELS + 5
        shape = (int(self._cell * size.width(panes)) + 2 * FONT_PIXELS, self._row * size.rows + 2 * FONT_PIXELS)
        self._picture = Image.new("P", shape, PAPER)
        self._picture.putpalette(_COLORS)
        self._lines: dict[tuple[int, int], tuple[str, int]] = {}
        for number in range(1, panes):
            x = self._left(number) - self._cell * len(GAP) / 2
            self._draw().line(((x, 0), (x, shape[1])), fill=QUIET)

    def drawn(self, panes: Sequence[Sequence[str]]) -> "Image.Image":
        """The picture of what the panes show."""
        draw = self._draw()
        for number, lines in enumerate(panes):
            signs = sign_rows(lines)
            for row in range(self._size.rows):
                text = lines[row] if row < len(lines) else ""
                ink = SIGN if row < signs else QUIET if text.startswith((THOUGHT, QUESTION)) else INK
                if self._lines.get((number, row), ("", INK)) != (text, ink):
                    self._lines[number, row] = (text, ink)
                    self._write(draw, number, row, text, ink)
        return self._picture.copy()

    def _write(self, draw: "ImageDraw.ImageDraw", number: int, row: int, text: str, ink: int) -> None:
        left, top = self._left(number), FONT_PIXELS + row * self._row
        right = left + self._cell * self._size.columns
        draw.rectangle(((left, top), (right, top + self._row - 1)), fill=PAPER)
        draw.text((left, top), text, fill=ink, font=self._font)

    def _draw(self) -> "ImageDraw.ImageDraw":
        from PIL import ImageDraw

        draw = ImageDraw.Draw(self._picture)
        draw.fontmode = "1"
        return draw

    def _left(self, number: int) -> float:
        return FONT_PIXELS + self._cell * number * (self._size.columns + len(GAP))


def _font() -> Any:
    """A font with letters of one width where the system has one, else the one that Pillow brings."""
    from PIL import ImageFont

    for name in _FONTS:
        try:
            return ImageFont.truetype(name, FONT_PIXELS)
        except OSError:
            continue
    return ImageFont.load_default(FONT_PIXELS)
