"""Shared credentials, what must be changed when somebody leaves, and how safe channels are."""
