"""What an entry changed, field by field, in words: names for numbers, times as a clock shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tabard.audit.models import Entry


def changes(entry: Entry) -> list[tuple[str, str, str]]:
    """(field, before, after), without the thing's own number."""
    model = _model(entry.kind)
    found = []
    for name in dict.fromkeys([*entry.before, *entry.after]):
        if name == "id":
            continue
        field = _field(model, name)
        before, after = (_shown(field, values.get(name)) for values in (entry.before, entry.after))
        found.append((name.removesuffix("_id").replace("_", " "), before, after))
    return found


def _model(kind: str) -> type[models.Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def _field(model: type[models.Model] | None, name: str) -> Any:
    try:
        return model._meta.get_field(name.removesuffix("_id")) if model else None
    except FieldDoesNotExist:
        return None


def _shown(field: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, models.ForeignKey):
        return _named(field, value)
    if isinstance(field, models.DateTimeField) and (at := _moment(value)):
        return date_format(timezone.localtime(at), "j M Y, H:i")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _named(field: models.ForeignKey[Any, Any], key: Any) -> str:
    """The name of what it points to, or its number once that is gone."""
    there = field.remote_field.model._base_manager.filter(pk=key).first()
    return str(there) if there else f"{key}"


def _moment(value: Any) -> datetime | None:
    try:
        found = parse_datetime(str(value))
    except ValueError:
        return None
    return timezone.make_aware(found) if found and timezone.is_naive(found) else found
