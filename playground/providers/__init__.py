"""Model servers, one small translator for each wire dialect."""

from playground.providers.base import Batch, BatchItem, Provider
from playground.providers.connection import Connection, Gateway
from playground.providers.opening import open_provider

__all__ = ["Batch", "BatchItem", "Connection", "Gateway", "Provider", "open_provider"]
