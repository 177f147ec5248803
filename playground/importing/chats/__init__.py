"""Conversations that chat programs export, and data that models are trained with."""
