"""Looking: the only way anything secret comes out, and never without a line about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.vault import unseal
from tabard.kernel import clock
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Denied
from tabard.kernel.permissions import demand
from tabard.safety import totp
from tabard.safety.actions.passwords import notes, opened, saw, still_kept
from tabard.safety.models import CheckOut, Credential, Look
from tabard.safety.rules import purpose


@dataclass(frozen=True)
class Seen:
    """What is shown of a credential. `before` is the password before the one that stands."""

    password: str
    before: str
    notes: str


@dataclass(frozen=True)
class Code:
    """A one-time code and for how many seconds more it opens something."""

    code: str
    seconds: int
    period: int


@action(
    "credential.look",
    may="vault.see",
    on=Credential,
    says=gettext_lazy("%(who)s looked at the password of %(what)s"),
    step_up=True,
)
def look(by: Actor, credential: Credential) -> Seen:
    """The password and the notes, for whoever has it out."""
    out = _had(by, credential)
    found = opened(credential)
    saw(by, credential, Look.What.PASSWORD, out)
    return Seen(found.get("password", ""), found.get("before", ""), notes(credential))


@action(
    "credential.code",
    may="vault.see",
    on=Credential,
    says=gettext_lazy("%(who)s took a one-time code of %(what)s"),
    step_up=True,
)
def one_time_code(by: Actor, credential: Credential) -> Code:
    """The code of this moment, for whoever has it out. What it is made from never leaves."""
    out = _had(by, credential)
    if not credential.seed:
        raise Conflict(_("No codes are kept for it."))
    seed = totp.Seed(**unseal(credential.seed, about=purpose(credential.pk)))
    saw(by, credential, Look.What.CODE, out)
    code, seconds = totp.code(seed, clock.now().timestamp())
    return Code(code, seconds, seed.period)


def _had(by: Actor, credential: Credential) -> CheckOut:
    """The check-out by which `by` has it now. The right by which they took it must still be theirs."""
    still_kept(credential)
    mine = CheckOut.objects.held().filter(credential=credential, person=by.person_id)
    found: CheckOut | None = mine.order_by("emergency").first()
    if found is None:
        raise Denied(_("Check it out first."))
    demand(by, "vault.emergency" if found.emergency else "vault.use", credential)
    return found
