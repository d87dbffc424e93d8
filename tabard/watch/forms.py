"""What is filled in about accounts nobody told us about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tabard.kernel.errors import Invalid
from tabard.register.forms import person_box


class Boxed(forms.Form):
    """A form whose boxes look as all of ours do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "box")
            if isinstance(field.widget, (forms.TextInput, forms.Textarea)):
                field.widget.attrs.setdefault("dir", "auto")

    def refuse(self, refused: Invalid) -> None:
        """Put what an action said beside its fields."""
        for name, sentences in refused.fields.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)

    def choose(self, name: str, pairs: Iterable[tuple[Any, str]]) -> None:
        """The choices of a field."""
        choice: Any = self.fields[name]
        choice.choices = pairs


def _with_any(platforms: Iterable[Any]) -> list[tuple[str, str]]:
    return [("", "–"), *((p.slug, p.name) for p in platforms)]


class RecordForm(Boxed):
    """For recording: what was found, pasted or in a file."""

    links = forms.CharField(
        label=_("Links or handles"),
        required=False,
        max_length=400_000,
        widget=forms.Textarea({"rows": 8}),
        help_text=_("One a line, in any spelling."),
    )
    platform = forms.ChoiceField(
        label=_("Platform of bare handles"), required=False, help_text=_("Links say it themselves.")
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_(
            "CSV with the columns platform, handle, name, bio, url, avatar; the last four may be missing."
        ),
    )
    words = forms.CharField(label=_("Note"), required=False, max_length=1000)

    def __init__(self, *args: Any, platforms: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("platform", _with_any(platforms))


class TipForm(Boxed):
    """For telling us of one account."""

    profile = forms.CharField(label=_("Link or handle"), max_length=500)
    platform = forms.ChoiceField(
        label=_("Platform of a bare handle"), required=False, help_text=_("Links say it themselves.")
    )
    words = forms.CharField(
        label=_("What did you notice?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, platforms: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("platform", _with_any(platforms))


class FactsForm(Boxed):
    """What an account says of itself."""

    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    bio = forms.CharField(label=_("Bio"), required=False, max_length=2000, widget=forms.Textarea({"rows": 4}))
    site = forms.CharField(
        label=_("Where it sends people"), required=False, max_length=500, help_text=_("A web address.")
    )
    picture = forms.FileField(
        label=_("Its picture"),
        required=False,
        help_text=_("Only what it looks like is kept, not the picture."),
    )


class PortraitForm(FactsForm):
    """What a channel of ours says of itself; its name stands in the register."""

    name = None  # type: ignore[assignment]


class AdoptForm(Boxed):
    """What the register is told of a find."""

    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    purpose = forms.CharField(label=_("Purpose"), required=False, max_length=300)
    audience = forms.CharField(label=_("Audience"), required=False, max_length=300)
    languages = forms.CharField(
        label=_("Languages"),
        required=False,
        max_length=200,
        help_text=_("Codes with commas between: en, pt-BR"),
    )
    owner = forms.CharField(label=_("Owner"), help_text=_("Name or e-mail."), widget=person_box())
    deputy = forms.CharField(label=_("Deputy"), required=False, widget=person_box())

    def __init__(self, *args: Any, units: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("unit", [(u.pk, f"{'– ' * u.depth}{u.name}") for u in units])
