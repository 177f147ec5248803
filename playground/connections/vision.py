"""Which models of a server see pictures, as whoever set up the connection says, for servers do not tell."""

from typing import Any

Vision = bool | tuple[str, ...] | None
"""All models, none of them, or those of these ids; an id that ends with * is that of all which begin so."""


def read_vision(value: Any) -> Vision:
    """A setting as it is written or stored: true, false, an id, or a list of ids. Raises ValueError."""
    if value is None or isinstance(value, bool):
        return value
    ids = [value] if isinstance(value, str) else value
    if not isinstance(ids, list | tuple) or not all(isinstance(id_, str) for id_ in ids):
        raise ValueError("vision is true, false, or a list of the ids of models that see pictures")
    return tuple(dict.fromkeys(id_.strip() for id_ in ids if id_.strip()))


def sees(model: str, vision: Vision) -> bool | None:
    """Whether a model sees pictures; None where nobody says. Where models are named, the others do not."""
    if not isinstance(vision, tuple):
        return vision
    return any(model == id_ or (id_.endswith("*") and model.startswith(id_[:-1])) for id_ in vision)
