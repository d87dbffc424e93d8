"""What a unit holds in the library, and who added it."""

from django.utils.translation import gettext_lazy as _

from tabard.kernel.holdings import Holding, Item, history, hold, rows
from tabard.library.models import Asset

hold(
    Holding(
        name="library.assets",
        label=_("Files"),
        holder="unit",
        claims=("library.Asset.unit",),
        held=lambda unit: Asset.objects.filter(unit=unit),
        items=lambda unit: [Item(a.pk, a.name) for a in Asset.objects.filter(unit=unit).order_by("id")[:500]],
        hand_over=lambda by, old, new, ids: rows(Asset, "unit", old, ids).update(unit=new),
    )
)
history("library.Asset.added_by")
