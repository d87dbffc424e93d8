"""Screens of access."""

from tabard.access.screens import tokens

urlpatterns = [*tokens.urlpatterns]
