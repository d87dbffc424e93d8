"""Signing in by a SAML 2.0 source: asked by redirect, answered by a form, believed after every check."""

from tabard.access.saml.flow import back, begin, description, finish, name, out
from tabard.access.saml.leaving import answer, answered, away, told

__all__ = ["answer", "answered", "away", "back", "begin", "description", "finish", "name", "out", "told"]
