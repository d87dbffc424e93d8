"""What people say to our channels, each once and in order, and what is answered (I)."""
