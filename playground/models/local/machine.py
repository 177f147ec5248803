"""The processors and the memory of this machine, as containers and schedulers limit them."""

import os
import sys
from pathlib import Path

from playground.connections.settings import LocalLimits
from playground.models.local.gguf import Gguf

_CGROUP = Path("/sys/fs/cgroup")
_CACHE_AT_MOST = 1 << 30
_SHARE_OF_MEMORY = 8
_LEAST_CONTEXT = 2_048
_UNKNOWN_CONTEXT = 4_096
_UNKNOWN_MEMORY = 4 << 30


def slot_context(facts: Gguf, limits: LocalLimits) -> int:
    """Tokens of context for each slot: as set, else as many as the model was trained for.

    Without a setting the cache of all slots together takes at most 1 GiB and an eighth of the memory, though each
    slot gets 2,048 tokens at least. Never more than the model was trained for.
    """
    trained = facts.context_length or limits.context or _UNKNOWN_CONTEXT
    if limits.context is not None:
        return min(limits.context, trained)
    room = min(_CACHE_AT_MOST, memory() // _SHARE_OF_MEMORY)
    affordable = room // (limits.slots * facts.kv_bytes_per_token) if facts.kv_bytes_per_token else _UNKNOWN_CONTEXT
    return min(trained, max(affordable // 256 * 256, _LEAST_CONTEXT))


def threads() -> int:
    """How many threads a model should compute with: all processors of a small machine, half of those of a large one.

    Half, because processors beyond a few are mostly two to a core, and two threads on a core compute no faster.
    """
    processors = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    quota, _, period = _cgroup("cpu.max").partition(" ")
    if quota.isdigit() and period.isdigit():
        processors = min(processors, max(int(quota) // int(period), 1))
    return processors if processors <= 4 else max(4, processors // 2)


def memory() -> int:
    """Bytes of memory."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        total = _UNKNOWN_MEMORY
    limit = _cgroup("memory.max")
    return min(total, int(limit)) if limit.isdigit() else total


def _cgroup(name: str) -> str:
    """A limit of the container, empty where there is none: https://docs.kernel.org/admin-guide/cgroup-v2.html."""
    try:
        return (_CGROUP / name).read_text().strip()
    except OSError:
        return ""
