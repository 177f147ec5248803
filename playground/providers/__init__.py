"""Model servers, one small translator for each wire dialect."""

from playground.providers.base import Batch, BatchItem, Provider
from playground.providers.connection import Connection, Gateway

__all__ = ["Batch", "BatchItem", "Connection", "Gateway", "Provider"]
