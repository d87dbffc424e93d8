"""The demo company: Meridian Foods, believable enough to learn on."""
