"""Signing in by an OpenID provider: asked by redirect, answered by a code, believed after every check."""

from tabard.access.oidc.flow import SESSION, back, begin, finish
from tabard.access.oidc.leaving import away, behind, home, told
from tabard.access.oidc.tokens import Untrusted

__all__ = ["SESSION", "Untrusted", "away", "back", "begin", "behind", "finish", "home", "told"]
