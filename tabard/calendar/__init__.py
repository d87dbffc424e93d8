"""What goes out when: the month, the list (G)."""
