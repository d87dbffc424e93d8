"""The addresses of the public register: what outsiders see, and where it is decided."""

from tabard.public.screens import official, settings

urlpatterns = [*official.urlpatterns, *settings.urlpatterns]
