"""What an experiment does on threads, which end before the loop does when the process exits."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def beside(call: Callable[_P, _T], *args: _P.args, **keywords: _P.kwargs) -> _T:
    """The result of a call on a thread; while the process exits it never comes, and a later one goes on."""
    try:
        return await asyncio.to_thread(call, *args, **keywords)
    except RuntimeError as error:
        if "after shutdown" not in str(error):
            raise
    await asyncio.Event().wait()
    raise AssertionError
