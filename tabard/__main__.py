"""`python -m tabard`, the same as `tabard`."""

from tabard.cli import main

main()
