"""Pieces of wires that dialects share."""
