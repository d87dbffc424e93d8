"""The unit tree: organisation > region > district > team, any depth."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class UnitKind(models.TextChoices):
    ORGANISATION = "organisation", _("Organisation")
    REGION = "region", _("Region")
    DISTRICT = "district", _("District")
    TEAM = "team", _("Team")


class UnitQuerySet(models.QuerySet["Unit"]):
    def visible_to(self, by: Actor) -> UnitQuerySet:
        """Units in which `by` may see who is who."""
        from tabard.org.reach import reach

        return reach(by, "org.see").narrow(self, unit="pk")

    def within(self, unit: Unit) -> UnitQuerySet:
        """The unit itself and all below it."""
        return self.filter(path__startswith=unit.path)

    def open(self) -> UnitQuerySet:
        return self.filter(closed_at=None)


class Unit(models.Model):
    """A node of the organisation's tree. `path` is the ids from the root to it, `/1/4/9/`."""

    SHOWN = ("name", "arms", "path", "kind", "lead", "deputy")

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=400, db_index=True, blank=True)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=UnitKind)
    arms = models.CharField(max_length=60, blank=True)
    # The key of this unit in the list it was imported from, so that importing twice changes nothing.
    reference = models.CharField(max_length=120, blank=True)
    lead = models.ForeignKey(
        "org.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="leads"
    )
    deputy = models.ForeignKey(
        "org.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="deputises"
    )
    zone = models.CharField(max_length=60, default="UTC")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    search = models.TextField(blank=True, default="")

    objects: ClassVar = UnitQuerySet.as_manager()
    seen_with = "org.see"
    facts_hidden = ("search",)

    class Meta:
        ordering = ("path",)
        constraints = (
            models.CheckConstraint(
                condition=Q(parent=None, kind=UnitKind.ORGANISATION) | Q(parent__isnull=False),
                name="root_is_organisation",
            ),
            models.UniqueConstraint(fields=["kind"], condition=Q(parent=None), name="one_root"),
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="unit_reference_once"
            ),
            models.CheckConstraint(
                condition=Q(deputy=None) | Q(lead=None) | ~Q(deputy=models.F("lead")),
                name="deputy_is_another",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def form_values(self) -> dict[str, str]:
        """What its form shows."""
        leads = {"lead": self.lead, "deputy": self.deputy}
        said = {name: person.email if person else "" for name, person in leads.items()}
        return {"name": self.name, "zone": self.zone, **said}

    def place(self) -> Place:
        return Place(self.pk, self.path)

    @property
    def depth(self) -> int:
        """0 for the organisation, 1 for a region, and so on down."""
        return self.path.count("/") - 2
