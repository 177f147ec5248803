"""Names for where there is little room."""


def short_name(name: str, most: int) -> str:
    """A name in at most so many characters, without its middle: names of columns often differ at their ends."""
    if len(name) <= most:
        return name
    tail = (most - 1) // 2
    return f"{name[: most - 1 - tail].rstrip()}…{name[len(name) - tail :].lstrip()}"
