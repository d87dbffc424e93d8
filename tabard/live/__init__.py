"""The live line: tells open screens by name what has changed. A small process of its own."""
