"""What a thing was and is, as plain values for the audit log."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

# Never in the log, whatever model they stand in.
SECRET = {"password", "secret", "credential", "session", "token_digest", "last_login"}


def facts(thing: models.Model) -> dict[str, Any]:
    """The stored fields of `thing`, or what its own `facts()` says, without secrets and long text whole."""
    own = getattr(thing, "facts", None)
    if callable(own):
        found: dict[str, Any] = own()
    elif thing.pk is None:
        return {}
    else:
        hidden = SECRET | set(getattr(thing, "facts_hidden", ()))
        loaded = [f for f in thing._meta.concrete_fields if f.name not in hidden]
        found = {f.attname: f.value_from_object(thing) for f in loaded}
    plain: dict[str, Any] = json.loads(json.dumps(found, cls=DjangoJSONEncoder, default=str))
    return plain


def changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return ({n: before.get(n) for n in names}, {n: after.get(n) for n in names})


def label(thing: models.Model) -> str:
    """What the thing is called in a sentence."""
    return str(thing)[:200]
