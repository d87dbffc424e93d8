"""What is filled in to ask for a channel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tabard.kernel.errors import Invalid
from tabard.register.forms import person_box


class RequestForm(forms.Form):
    """For asking: everything. The action it goes to checks it."""

    platform = forms.ChoiceField(label=_("Platform"))
    handle = forms.CharField(
        label=_("Handle"), max_length=200, help_text=_("As it shall be called, or a link if it is there.")
    )
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    purpose = forms.CharField(label=_("Purpose"), max_length=300)
    audience = forms.CharField(label=_("Audience"), max_length=300)
    languages = forms.CharField(
        label=_("Languages"), max_length=200, help_text=_("Codes with commas between: en, pt-BR")
    )
    why = forms.CharField(
        label=_("What will it do that no channel of ours does?"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )
    answers = forms.CharField(
        label=_("Who answers comments"), help_text=_("Name or e-mail."), widget=person_box()
    )
    backs = forms.CharField(label=_("Who stands in for them"), widget=person_box())
    until = forms.DateField(
        label=_("Tried until"),
        widget=forms.DateInput({"type": "date"}),
        help_text=_("On this day it is asked whether it is needed."),
    )

    def __init__(
        self, *args: Any, units: Iterable[Any] = (), platforms: Iterable[Any] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "box")
            if isinstance(field.widget, (forms.TextInput, forms.Textarea)):
                field.widget.attrs.setdefault("dir", "auto")
        for name, pairs in (
            ("platform", [(p.slug, p.name) for p in platforms]),
            ("unit", [(u.pk, f"{'– ' * u.depth}{u.name}") for u in units]),
        ):
            if name in self.fields:
                choice: Any = self.fields[name]
                choice.choices = pairs

    def refuse(self, refused: Invalid) -> None:
        """Put what an action said beside its fields."""
        for name, sentences in refused.fields.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)


class RequestChangeForm(RequestForm):
    """For saying it otherwise: platform and unit stay."""

    platform = None  # type: ignore[assignment]
    unit = None  # type: ignore[assignment]
