"""Keys of ours for a SAML source, and what the source says of itself, read anew."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.actions.sources import is_address, wrong_certificates
from tabard.access.models import Source, SourceKey
from tabard.access.models.sources import SAML
from tabard.access.saml import keys
from tabard.access.saml.described import Described
from tabard.kernel import clock
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove

MOST = 2


@action(
    "source.key_add",
    may="sources.edit",
    on=Source,
    says=gettext_lazy("%(who)s made a key of ours for the source of identity %(what)s"),
    step_up=True,
)
def add_source_key(by: Actor, source: Source) -> Source:
    """Another key beside the one in use. It opens at once, and signs when the older one is gone."""
    if source.kind != SAML or source.keys.count() >= MOST:
        raise IllegalMove(_("There are two keys already. Let the older one go first."))
    keys.made(source).save()
    return source


@action(
    "source.key_drop",
    may="sources.edit",
    on=Source,
    says=gettext_lazy("%(who)s let the older of our keys for %(what)s go"),
    step_up=True,
)
def drop_source_key(by: Actor, source: Source) -> Source:
    """The older key opens nothing any more, and the newer one signs."""
    found = list(SourceKey.objects.filter(source=source))
    if len(found) < MOST:
        raise IllegalMove(_("There is one key only. Make the next one first."))
    note(made_at=found[0].made_at.isoformat())
    found[0].delete()
    return source


@action(
    "source.read",
    may="sources.edit",
    on=Source,
    says=gettext_lazy("%(who)s read what the source of identity %(what)s says of itself"),
)
def take_description(by: Actor, source: Source, *, found: Described | None, problem: str = "") -> Source:
    """Follow what was found at its address. With a `problem` everything stays as it was read well last."""
    if not source.metadata_address:
        raise IllegalMove(_("It has no address of its metadata."))
    if found and not problem:
        problem = _wrong(source, found)
    if problem or found is None:
        source.metadata_problem = problem[:300]
        source.save(update_fields=["metadata_problem"])
        return source
    source.address, source.certificates = found.address, found.certificates
    source.logout_address = found.logout_address or source.logout_address
    source.metadata_at, source.metadata_problem = clock.now(), ""
    source.save()
    return source


def _wrong(source: Source, found: Described) -> str:
    if found.issuer != source.issuer:
        return _("It speaks for “%(issuer)s” now.") % {"issuer": found.issuer[:200]}
    if not is_address(found.address):
        return _("It names no address for signing in by redirect.")
    return wrong_certificates(found.certificates)
