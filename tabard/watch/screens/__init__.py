"""Screens of the watch: what was found, deciding about it, telling us, names worth a look, and cases."""

from tabard.watch.screens import cases, filings, names, portraits, recording, sites, triage

urlpatterns = [
    *triage.urlpatterns,
    *recording.urlpatterns,
    *names.urlpatterns,
    *portraits.urlpatterns,
    *cases.urlpatterns,
    *filings.urlpatterns,
    *sites.urlpatterns,
]
