"""Sign-in, second factors, sessions and API tokens (D)."""
