"""The public register as a whole: on or off, its editions and the keys that sign them."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.org.models import Unit
from tabard.public.gathering import gather
from tabard.public.models import Edition, Publication, SigningKey
from tabard.public.signing import current, made, moment, published, signed

LASTS = timedelta(days=7)  # after which a copy of an edition is no longer to be believed
KEPT = 10  # editions
LONGEST = 365  # days that a new key may be published before it signs
DAYS = 14


@action(
    "public.turn_on",
    may="channels.show",
    on=Unit,
    says=gettext_lazy("%(who)s turned on the public register"),
)
def turn_on(by: Actor, unit: Unit, *, contact: str = "") -> Publication:
    """Have a public register, or say another `contact` in it: an e-mail or a web address for doubts."""
    _whole(unit)
    clean = text.name(contact)
    if len(clean) > 200:
        raise Invalid({"contact": [_("At most %(n)s characters.") % {"n": 200}]})
    found, _new = Publication.objects.get_or_create(pk=1)
    if not found.is_on:
        found.is_on, found.since = True, clock.now()
    found.contact = clean
    found.save(update_fields=["is_on", "since", "contact"])
    now = clock.now()
    if current(list(SigningKey.objects.all()), now) is None:
        made(now, now).save(force_insert=True)
    return found


@action(
    "public.turn_off",
    may="channels.show",
    on=Unit,
    says=gettext_lazy("%(who)s turned off the public register"),
)
def turn_off(by: Actor, unit: Unit) -> Publication:
    """From this moment on its addresses answer as if they had never been."""
    _whole(unit)
    found = Publication.objects.filter(is_on=True).first()
    if found is None:
        raise Conflict(_("The public register is off."))
    found.is_on, found.since = False, None
    found.save(update_fields=["is_on", "since"])
    return found


@action(
    "public.publish",
    may="channels.show",
    on=Unit,
    says=gettext_lazy("%(who)s published edition %(number)s of the public register: %(channels)s channels"),
)
def publish(by: Actor, unit: Unit) -> Edition:
    """Make and sign an edition of what is public now."""
    _whole(unit)
    publication = Publication.objects.select_related("edition").filter(is_on=True).first()
    if publication is None:
        raise Conflict(_("The public register is off."))
    now, keys = clock.now(), list(SigningKey.objects.all())
    key = current(keys, now)
    if key is None:
        raise Conflict(_("There is no key to sign with."))
    content = gather(now, publication, publication.edition)
    edition = Edition(made_at=now, says=content.says, key=key, channels=len(content.body["channels"]))
    edition.known, edition.profiles = content.known, content.profiles
    edition.save()
    document = {
        "type": "tabard.official-channels",
        "version": 1,
        "edition": edition.pk,
        "made": moment(now),
        "expires": moment(now + LASTS),
        "keys": published(keys),
        **content.body,
    }
    edition.document = signed(document, key)
    edition.save(update_fields=["document"])
    publication.edition = edition
    publication.save(update_fields=["edition"])
    old = Edition.objects.order_by("-pk").values_list("pk", flat=True)[KEPT:]
    Edition.objects.filter(pk__in=list(old)).delete()
    note(number=edition.pk, channels=edition.channels)
    return edition


@action(
    "public.rotate_key",
    may="channels.show",
    on=Unit,
    says=gettext_lazy("%(who)s made a new key for the public register, signing from %(day)s on"),
    step_up=True,
)
def rotate_key(by: Actor, unit: Unit, *, days: int = DAYS, lost: bool = False) -> SigningKey:
    """A new key, published at once; the old one signs for `days` more, so that others learn of the new one.

    `lost`: somebody else may have the old key. It is revoked, and the new one signs from now on.
    """
    _whole(unit)
    if not 0 <= days <= LONGEST:
        raise Invalid({"days": [_("Give a number of days from 0 to %(n)s.") % {"n": LONGEST}]})
    now = clock.now()
    if lost:
        days = 0
        SigningKey.objects.filter(revoked_at=None).update(revoked_at=now)
    elif SigningKey.objects.filter(revoked_at=None, signs_from__gt=now).exists():
        raise Conflict(_("A new key is published already and waits for its day."))
    key = made(now, now + timedelta(days=days))
    key.save(force_insert=True)
    note(day=key.signs_from.date().isoformat(), lost=lost)
    return key


def _whole(unit: Unit) -> None:
    """The public register is the organisation's, not one unit's."""
    if unit.parent_id is not None:
        raise Invalid({"unit": [_("The public register belongs to the whole organisation.")]})
