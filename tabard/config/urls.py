"""All addresses. Each app lists its own in `screens.py`; a lower one may not know a higher one."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.urls import include, path

from tabard.api.root import api

urlpatterns: list[Any] = [
    path("sign-in/", include("tabard.access.addresses")),
    path("api/v1/", api.urls),
    path("scim/v2/", include("tabard.access.scim.addresses")),
]
# What anybody may ask comes first: it is asked most, and addresses are looked through in order.
for config in sorted(apps.get_app_configs(), key=lambda each: each.name != "tabard.public"):
    if config.name.startswith("tabard.") and find_spec(f"{config.name}.screens"):
        urlpatterns += import_module(f"{config.name}.screens").urlpatterns
