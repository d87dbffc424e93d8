"""Assets: pictures and files that posts use (L)."""
