"""Screens of the watch: what was found, deciding about it, telling us, and names worth a look."""

from tabard.watch.screens import names, portraits, recording, triage

urlpatterns = [*triage.urlpatterns, *recording.urlpatterns, *names.urlpatterns, *portraits.urlpatterns]
