"""Parts of the frame that look the same for everybody who stands in the same place: drawn once and kept."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tabard.web.rail import Frame
from tabard.web.shapes import RailEntry

register = template.Library()
KEPT = 1_024  # some 3 kB each: of the places, languages and scopes that are looked at often


@register.simple_tag(takes_context=True)
def framed(context: Context, name: str) -> SafeString:
    """`{% framed "web/_rail.html" %}`: a part that depends on the entries of the rail, scope and language,
    and on whether somebody is signed in, on nothing else. It is given these as `shell` and `known`.
    """
    user = getattr(context["request"], "user", None)
    known = bool(user and user.is_authenticated)
    return _drawn(name, get_language(), get_script_prefix(), known, tuple(context["shell"].rail))


@lru_cache(maxsize=KEPT)
def _drawn(
    name: str, language: str | None, prefix: str, known: bool, entries: tuple[RailEntry, ...]
) -> SafeString:
    return render_to_string(name, {"shell": Frame(list(entries)), "known": known})
