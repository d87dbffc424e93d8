"""The form of a channel: what a person fills in, checked by the action it goes to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from tabard.kernel.errors import Invalid
from tabard.register.models import Channel


def person_box() -> forms.TextInput:
    """Where somebody is named: what is typed fetches a few who could be meant into the list `people`."""
    asks = {"hx-get": reverse_lazy("people_choices"), "hx-trigger": "input changed delay:200ms, focus once"}
    return forms.TextInput({"list": "people", "autocomplete": "off", "hx-target": "#people", **asks})


class ChannelForm(forms.Form):
    """For adding and for changing: `platform` and `unit` are asked only when adding."""

    handle = forms.CharField(
        label=_("Link or handle"), max_length=500, help_text=_("Paste the address of the profile.")
    )
    platform = forms.ChoiceField(
        label=_("Platform"), required=False, help_text=_("Only needed for a handle without its address.")
    )
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    owner = forms.CharField(
        label=_("Owner"),
        required=False,
        help_text=_("Name or e-mail. Left empty, the lead of the unit answers for it."),
        widget=person_box(),
    )
    deputy = forms.CharField(label=_("Deputy"), required=False, widget=person_box())
    purpose = forms.CharField(label=_("Purpose"), required=False, max_length=300)
    audience = forms.CharField(label=_("Audience"), required=False, max_length=300)
    languages = forms.CharField(
        label=_("Languages"), required=False, help_text=_("Codes with commas between: en, pt-BR")
    )
    second_factor = forms.ChoiceField(
        label=_("Second factor"), choices=Channel.SecondFactor.choices, required=False
    )
    admins = forms.CharField(
        label=_("Admins on the platform"), required=False, help_text=_("Names with commas between")
    )
    recovery_email = forms.CharField(label=_("Recovery e-mail"), required=False, max_length=254)
    recovery_owner = forms.CharField(
        label=_("Who reads the recovery e-mail"),
        required=False,
        widget=person_box(),
    )
    business_manager = forms.CharField(label=_("Business manager"), required=False, max_length=200)
    reference = forms.CharField(
        label=_("Reference"), required=False, help_text=_("Its key in another list, for imports.")
    )

    def __init__(
        self,
        *args: Any,
        units: Iterable[Any] = (),
        platforms: Iterable[Any] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "box")
            if isinstance(field.widget, forms.TextInput):
                field.widget.attrs.setdefault("dir", "auto")
        choice: Any = self.fields["platform"]
        choice.choices = [("", _("As the address says")), *((p.slug, p.name) for p in platforms)]
        unit: Any = self.fields["unit"]
        unit.choices = [(u.pk, f"{'– ' * u.depth}{u.name}") for u in units]

    def refuse(self, refused: Invalid) -> None:
        """Put what an action said beside its fields."""
        for name, sentences in refused.fields.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)


class ChangeForm(ChannelForm):
    """For a channel that is there: its platform stays, its unit is changed by moving it."""

    platform = None  # type: ignore[assignment]
    unit = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "box")
