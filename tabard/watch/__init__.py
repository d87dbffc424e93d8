"""Accounts that may speak in our name: names made, found, compared and explained. Pure; no Django here."""
