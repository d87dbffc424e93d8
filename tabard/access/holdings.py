"""API tokens are a person's own: they end with the person and are never handed over."""

from tabard.kernel.holdings import history

history("access.ApiToken.person")
