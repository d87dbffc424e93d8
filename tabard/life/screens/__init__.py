"""Screens of a channel's beginning and end."""

from tabard.life.screens import requests, retirements

urlpatterns = [*requests.urlpatterns, *retirements.urlpatterns]
