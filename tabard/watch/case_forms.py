"""What is filled in about cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tabard.register.forms import person_box
from tabard.watch.cases import ANSWERS, OUTCOMES
from tabard.watch.forms import Boxed
from tabard.watch.letters import languages


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class OpenCaseForm(Boxed):
    """For opening a case."""

    owner = forms.CharField(label=_("Who sees to it"), help_text=_("Name or e-mail."), widget=person_box())
    language = forms.ChoiceField(label=_("Language of its letters"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("language", languages().items())


class ProveForm(Boxed):
    """What is seen there, to be kept."""

    address = forms.CharField(label=_("Address of the page"), max_length=1000)
    number = forms.CharField(
        label=_("The platform's own number of it"),
        required=False,
        max_length=100,
        help_text=_("Where you know it: a handle can change, this number does not."),
    )
    page = forms.CharField(
        label=_("Text of the page"),
        required=False,
        max_length=500_000,
        widget=_area(8),
        help_text=_("Mark all of the page, copy it and paste it here."),
    )
    picture = forms.FileField(
        label=_("Picture of the page"), required=False, help_text=_("PNG, JPEG, GIF or WebP, at most 5 MB.")
    )


class FileForm(Boxed):
    """What was sent."""

    letter = forms.CharField(
        label=_("What you send"),
        max_length=8000,
        widget=_area(16),
        help_text=_("Change it as you like. It is kept as it is sent."),
    )
    reference = forms.CharField(
        label=_("Their reference"), required=False, max_length=120, help_text=_("Where they gave you one.")
    )


class LetterForm(Boxed):
    """What was sent once more."""

    letter = forms.CharField(
        label=_("What you send"),
        required=False,
        max_length=8000,
        widget=_area(8),
        help_text=_("It is kept as it is sent."),
    )


class AnswerForm(Boxed):
    """What they said."""

    answer = forms.ChoiceField(label=_("Their answer"), choices=[("", "–"), *ANSWERS.items()])
    reference = forms.CharField(label=_("Their reference"), required=False, max_length=120)
    words = forms.CharField(label=_("In their words"), required=False, max_length=2000, widget=_area(4))


class CloseForm(Boxed):
    """How it ended."""

    outcome = forms.ChoiceField(label=_("How it ended"), choices=[("", "–"), *OUTCOMES.items()])
    worked = forms.TypedChoiceField(
        label=_("What led to it"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Only this way is credited with it in our own history. Leave it open if nobody knows."),
    )
    words = forms.CharField(label=_("Note"), required=False, max_length=500)

    def __init__(self, *args: Any, ways: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = [(way.pk, way.said) for way in ways]
        self.choose("worked", [("", "–"), *self.ways])
