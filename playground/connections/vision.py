"""Which models of a server see pictures, as whoever set up the connection says, for servers do not tell."""

from typing import Any

Vision = bool | tuple[str, ...] | None
"""All models, none of them, or those of these ids; an id that ends with * is that of all which begin so."""


def read_vision(given: Any) -> Vision:
    """What was written or kept: true, false, an id, or a list of ids. Raises ValueError."""
    if given is None or isinstance(given, bool):
        return given
    ids = [given] if isinstance(given, str) else given
    if not isinstance(ids, list | tuple) or not all(isinstance(one, str) for one in ids):
        raise ValueError("vision is true, false, or a list of the ids of models that see pictures")
    return tuple(dict.fromkeys(one.strip() for one in ids if one.strip()))


def sees(model: str, vision: Vision) -> bool | None:
    """Whether a model sees pictures; None where nobody says. Where models are named, the others do not."""
    if not isinstance(vision, tuple):
        return vision
    return any(model == one or (one.endswith("*") and model.startswith(one[:-1])) for one in vision)
