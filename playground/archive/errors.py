"""What can go wrong with a file of data."""


class DataFileError(Exception):
    """A file was not written, read or taken in: why, and what to do, in sentences that may be shown."""
