"""The entry of pages and API for any WSGI server; `tabard web` runs it under granian."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabard.config.settings")
application = get_wsgi_application()
# Every page is loaded now rather than by whoever asks first, and what is loaded is never looked through for
# rubbish again: doing that took a tenth of a second of every twentieth long page.
_loaded = get_resolver().url_patterns
gc.collect()
gc.freeze()
# A request leaves little behind that only the collector can clear away: it need not look after every few.
gc.set_threshold(20_000, 20, 50)
if settings.TRUSTED_PROXIES:
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=settings.TRUSTED_PROXIES)
