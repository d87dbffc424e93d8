"""Components to fill in: fields, their errors, the summary of what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.forms.utils import flatatt
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """`data-asks="{{ asked|as_json }}"`: what a script of ours reads from an attribute."""
    return json.dumps(value)


@register.simple_tag
def options(pairs: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """`{% options owners chosen %}`: the options of a `select` from pairs of value and word.

    Hundreds of units are drawn at once, several times on a page: a template's loop would be felt.
    """
    mark = str(chosen)
    drawn = (
        f'<option value="{escape(value)}"{" selected" if str(value) == mark else ""}>{escape(word)}</option>'
        for value, word in pairs
    )
    return mark_safe("".join(drawn))  # noqa: S308 - each value and word is escaped above


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, label: str = "", hint: str | None = None, **attributes: Any) -> dict[str, Any]:
    """`{% field form.ends %}`: label, hint, what is wrong, the box. Other names are attributes of the
    box.
    """
    widget = bound.field.widget
    group = isinstance(widget, (RadioSelect, CheckboxSelectMultiple))
    hint = str(bound.help_text or "") if hint is None else hint
    described = [f"{bound.auto_id}_{what}" for what, on in (("hint", hint), ("wrong", bound.errors)) if on]
    extra: dict[str, Any] = {name.replace("_", "-"): value for name, value in attributes.items()}
    if described:
        extra["aria-describedby"] = " ".join(described)
    if bound.errors:
        extra["aria-invalid"] = "true"
    return {
        "bound": bound,
        "label": label or bound.label,
        "hint": hint,
        "group": group,
        "tick": isinstance(widget, CheckboxInput),
        "hidden": bound.is_hidden,
        "box": _select(bound, extra) if type(widget) is Select else bound.as_widget(attrs=extra),
    }


def _select(bound: BoundField, extra: dict[str, Any]) -> SafeString:
    """A list to choose one from. Django would draw each of hundreds of units by two templates of its own."""
    widget: Any = bound.field.widget
    attributes = bound.build_widget_attrs({"id": bound.auto_id, **extra}, widget)
    value = bound.value()
    named = flatatt(widget.build_attrs(widget.attrs, {"name": bound.html_name, **attributes}))
    return format_html(
        "<select{}>{}</select>", named, options(widget.choices, "" if value is None else value)
    )


@register.inclusion_tag("ui/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """`{% form_errors form %}`: what is wrong, above the form, each line leading to its field."""
    wrong = [(form[name], errors) for name, errors in form.errors.items() if name in form.fields]
    return {"form": form, "wrong": wrong, "general": form.non_field_errors()}
