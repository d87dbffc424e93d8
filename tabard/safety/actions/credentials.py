"""Keeping credentials: added, changed, forgotten. What is secret in them goes in and is sealed at once."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.vault import seal, unseal
from tabard.kernel import clock, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, Invalid
from tabard.kernel.opened import Values, not_overtaken
from tabard.kernel.permissions import may
from tabard.kernel.states import move
from tabard.org.models import Unit
from tabard.register.models import Channel
from tabard.safety import totp
from tabard.safety.actions.passwords import checked, put_password, saw, still_kept
from tabard.safety.models import CheckOut, Credential, Look, Rotation
from tabard.safety.rules import new_password, purpose
from tabard.safety.states import ROTATION

# What is said of a credential and no secret, with how long it may be.
PLAIN = {"name": 120, "login": 254, "recovery_email": 254, "recovery_phone": 40}


@action(
    "credential.add",
    may="vault.edit",
    on=Unit,
    says=gettext_lazy("%(who)s added the credential %(what)s"),
    lock=False,
    step_up=True,
)
def add_to_unit(
    by: Actor,
    unit: Unit,
    *,
    plain: Mapping[str, str],
    password: str = "",
    codes: str = "",
    notes: str = "",
) -> Credential:
    """A credential of a unit; `plain` by the names of PLAIN. Without a password one is made."""
    return _made(by, Credential(unit=unit), plain, password, codes, notes)


@action(
    "credential.add_to_channel",
    may="vault.edit",
    on=Channel,
    says=gettext_lazy("%(who)s added the credential %(what)s"),
    lock=False,
    step_up=True,
)
def add_to_channel(
    by: Actor,
    channel: Channel,
    *,
    plain: Mapping[str, str],
    password: str = "",
    codes: str = "",
    notes: str = "",
) -> Credential:
    """A credential of a channel: it goes wherever the channel goes. Without a password one is made."""
    return _made(by, Credential(channel=channel), plain, password, codes, notes)


@action(
    "credential.change",
    may="vault.edit",
    on=Credential,
    says=gettext_lazy("%(who)s changed what is said of %(what)s"),
)
def change_credential(
    by: Actor,
    credential: Credential,
    *,
    plain: Mapping[str, str],
    notes: str | None = None,
    was: Values | None = None,
) -> Credential:
    """Change what is not secret, and the notes; None leaves them."""
    still_kept(credential)
    not_overtaken(credential, was)
    _fill(credential, plain)
    if notes is not None:
        _keep_notes(credential, notes)
        note(notes_changed=True)
    credential.save()
    return credential


@action(
    "credential.set_password",
    may="vault.use",
    on=Credential,
    says=gettext_lazy("%(who)s set a new password for %(what)s"),
    step_up=True,
)
def set_password(by: Actor, credential: Credential, *, password: str = "") -> Credential:
    """Keep a new password, or make one where none is given. For whoever has it out or keeps it."""
    still_kept(credential)
    has_it = CheckOut.objects.held().filter(credential=credential, person=by.person_id)
    if not may(by, "vault.edit", credential.place()) and not has_it.exists():
        raise Denied(_("Check it out first."))
    put_password(by, credential, checked(password) if password else new_password(), typed=bool(password))
    note(made=not password)
    return credential


@action(
    "credential.set_codes",
    may="vault.edit",
    on=Credential,
    says=gettext_lazy("%(who)s changed where the codes of %(what)s come from"),
    step_up=True,
)
def set_codes(by: Actor, credential: Credential, *, codes: str) -> Credential:
    """Keep the seed that the platform shows when a second factor is set up; an empty one forgets it."""
    still_kept(credential)
    _keep_seed(by, credential, codes)
    credential.save(update_fields=["seed"])
    for rotation in Rotation.objects.open().filter(credential=credential, why=Rotation.Why.CODES):
        said = _("The key of its codes was changed.")
        move(rotation, ROTATION, "done", ended_at=clock.now(), ended_by_id=by.person_id, evidence=said)
    return credential


@action(
    "credential.forget",
    may="vault.edit",
    on=Credential,
    says=gettext_lazy("%(who)s forgot %(what)s"),
    step_up=True,
)
def forget(by: Actor, credential: Credential) -> Credential:
    """Keep nothing of it any more but who has ever seen it."""
    still_kept(credential)
    now = clock.now()
    credential.secret = credential.seed = credential.notes_sealed = ""
    credential.forgotten_at = now
    credential.save()
    open_ones = CheckOut.objects.filter(credential=credential, ended_at=None)
    open_ones.update(ended_at=now, ended_by=by.person_id, ended_how=CheckOut.Ended.TAKEN)
    for rotation in Rotation.objects.open().filter(credential=credential):
        said = _("The credential was forgotten.")
        move(rotation, ROTATION, "dropped", ended_at=now, ended_by_id=by.person_id, evidence=said)
    return credential


def _made(
    by: Actor, credential: Credential, plain: Mapping[str, str], password: str, codes: str, notes: str
) -> Credential:
    _fill(credential, plain)
    given = checked(password) if password else ""
    credential.save()  # secrets are sealed for its number
    if codes.strip():
        _keep_seed(by, credential, codes)
    if notes.strip():
        _keep_notes(credential, notes)
    credential.save(update_fields=["seed", "notes_sealed"])
    put_password(by, credential, given or new_password(), typed=bool(given), stood=bool(given))
    return credential


def _fill(credential: Credential, plain: Mapping[str, str]) -> None:
    wrong: dict[str, list[str]] = {}
    for field, most in PLAIN.items():
        if field not in plain:
            continue
        clean = text.name(plain[field])
        if len(clean) > most:
            wrong[field] = [_("At most %(most)s characters.") % {"most": most}]
        setattr(credential, field, clean)
    if not credential.name:
        wrong["name"] = [_("Give it a name.")]
    if credential.recovery_email and not _is_email(credential.recovery_email):
        wrong["recovery_email"] = [_("This is not an e-mail address.")]
    if wrong:
        raise Invalid(wrong)
    credential.search = text.searchable(credential.name, credential.login)


def _is_email(said: str) -> bool:
    try:
        validate_email(said)
    except ValidationError:
        return False
    return True


def _keep_seed(by: Actor, credential: Credential, codes: str) -> None:
    """Sealed at once. Whoever typed it could make codes for ever, and is remembered for that."""
    if not codes.strip():
        credential.seed = ""
        return
    try:
        found = totp.seed(codes)
    except ValueError:
        said = _("This is no key for codes. Give the letters the platform shows, or the otpauth address.")
        raise Invalid({"codes": [said]}) from None
    about = purpose(credential.pk)
    if unseal(credential.seed, about=about) == found.data():
        raise Invalid({"codes": [_("This is the key that stands. Give another one.")]})
    credential.seed = seal(found.data(), about=about)
    if by.person_id:
        saw(by, credential, Look.What.SEED)


def _keep_notes(credential: Credential, notes: str) -> None:
    clean = text.prose(notes)
    if len(clean) > 5000:
        raise Invalid({"notes": [_("At most %(most)s characters.") % {"most": 5000}]})
    credential.notes_sealed = seal({"notes": clean}, about=purpose(credential.pk)) if clean else ""
