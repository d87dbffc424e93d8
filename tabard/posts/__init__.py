"""Campaigns, posts, their variants per channel, versions and comments (E)."""
