"""A Workers AI stand-in: a real HTTP server that answers, fails and misbehaves as it is told."""

from tests.upstream.answer import Answer
from tests.upstream.server import ACCOUNT, TOKEN, Upstream

__all__ = ["ACCOUNT", "TOKEN", "Answer", "Upstream"]
