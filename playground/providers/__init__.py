"""Model servers, one small translator for each wire dialect."""

from playground.providers.base import Batch, Batching, BatchItem, Provider, batching
from playground.providers.connection import Connection, Gateway
from playground.providers.opening import open_provider

__all__ = ["Batch", "BatchItem", "Batching", "Connection", "Gateway", "Provider", "batching", "open_provider"]
