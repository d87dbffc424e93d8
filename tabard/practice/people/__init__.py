"""The simulated people of Practice: who they are, how they look and talk, what they do about a post."""
