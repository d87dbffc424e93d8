"""Lists that people already have, brought into the register: read, mapped, planned, written."""
