"""A model's id as part of a URL."""

import re

from playground.errors import BadRequestError

_SEGMENT = re.compile(r"[A-Za-z0-9@._:+~=,-]+\Z")


def model_path(model: str) -> str:
    """The id, unescaped as the service wants it. Raises BadRequestError for one that would change the path."""
    segments = model.split("/")
    if any(segment in (".", "..") or not _SEGMENT.match(segment) for segment in segments):
        raise BadRequestError(
            f"{model!r} is not the name of a model.", hint="Names look like @cf/meta/llama-3.3-70b-instruct-fp8-fast."
        )
    return model
