"""Loads the files of fixed name through which apps meet: lower ones never import higher ones."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

FILES = [
    "actions",
    "events",
    "reactions",
    "holdings",
    "today",
    "conditions",
    "doors",
    "sealed",
    "kinds",
    "jobs",
]


def load() -> None:
    """Import each app's registry files. Called once when Django is ready."""
    for config in apps.get_app_configs():
        if not config.name.startswith("tabard."):
            continue
        for name in FILES:
            if find_spec(f"{config.name}.{name}"):
                import_module(f"{config.name}.{name}")
