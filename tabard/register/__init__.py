"""The register: every channel, what is known of it, and its connection to the platform (B)."""
