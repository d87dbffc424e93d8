"""The entry of pages and API for any WSGI server; `tabard web` runs it under granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabard.config.settings")
application = get_wsgi_application()
