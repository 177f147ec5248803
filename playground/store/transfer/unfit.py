"""Why a row cannot be taken in."""


class UnfitError(Exception):
    """A row that cannot be taken in: which, and why, as the end of a sentence."""

    def __init__(self, table: str, line: int, message: str) -> None:
        super().__init__(message)
        self.table = table
        self.line = line
        self.message = message
