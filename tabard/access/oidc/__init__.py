"""Signing in by an OpenID provider: asked by redirect, answered by a code, believed after every check."""

from tabard.access.oidc.flow import back, begin, finish
from tabard.access.oidc.tokens import Untrusted

__all__ = ["Untrusted", "back", "begin", "finish"]
