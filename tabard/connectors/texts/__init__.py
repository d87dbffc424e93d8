"""The text rules of platforms that have no connector yet, one file each.

Numbers and their dates come from the vendors' documents; a connector takes its file into its own folder.
"""
