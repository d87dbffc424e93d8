"""One folder per platform. `connectors.registry` finds them; platforms do not know each other."""
