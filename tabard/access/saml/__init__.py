"""Signing in by a SAML 2.0 source: asked by redirect, answered by a form, believed after every check."""

from tabard.access.saml.flow import back, begin, finish, name
from tabard.access.saml.wire import description

__all__ = ["back", "begin", "description", "finish", "name"]
