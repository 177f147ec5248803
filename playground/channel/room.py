"""A bound on the characters of waiting requests, of one page and of all together."""

import threading


class Room:
    """A bound in characters; a room inside another one takes from both. Thread-safe."""

    def __init__(self, most: int, inside: "Room | None" = None) -> None:
        self._most, self._inside = most, inside
        self._taken = 0
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """Characters that are taken now."""
        return self._taken

    def take(self, characters: int) -> bool:
        """Take so many characters; False where there is no room for them."""
        with self._lock:
            if self._taken + characters > self._most:
                return False
            self._taken += characters
        if self._inside is None or self._inside.take(characters):
            return True
        with self._lock:
            self._taken -= characters
        return False

    def give_back(self, characters: int) -> None:
        """Give so many characters back."""
        with self._lock:
            self._taken -= characters
        if self._inside is not None:
            self._inside.give_back(characters)
