"""The entry of the live line for any ASGI server; `tabard live` runs it under granian."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabard.config.settings")
django.setup()

from tabard.live.app import Live  # noqa: E402  Django must be ready first

application = Live()
