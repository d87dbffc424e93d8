"""The seals of the audit log and the places for its heads."""

from __future__ import annotations

from django.conf import settings

from tabard.cli._doctor.finding import Finding, bad, check, ok, warn


@check("Audit key")
def audit_key() -> Finding:
    """Makes the seals of the audit log."""
    if settings.AUDIT_KEYS and len(settings.AUDIT_KEYS[0]) < 32:
        return bad("TABARD_AUDIT_KEY is weak", "Use at least 32 random characters.")
    if settings.AUDIT_KEYS or settings.LOCAL:
        return ok("set" if settings.AUDIT_KEYS else "made from the secret key")
    return warn(
        "made from TABARD_SECRET_KEY",
        "Set TABARD_AUDIT_KEY, so that the secret key can be changed and seals still verify.",
    )


@check("Audit anchors", database=True)
def audit_anchors() -> Finding:
    """Where heads of the audit log are left outside the database; each place is tried."""
    from tabard.audit.chain.anchors import places

    found, troubles = [], []
    for place in places():
        try:
            found.append(f"{place.name} ({place.examine()})")
        except OSError as error:
            troubles.append(f"{place.name}: {error}")
    if troubles:
        return bad("; ".join(troubles), "Look at TABARD_AUDIT_ANCHOR_… in docs/reference/settings.md.")
    if found:
        return ok(", ".join(found))
    if settings.LOCAL:
        return ok("none, as fits a trial")
    return warn("nowhere", "Set TABARD_AUDIT_ANCHOR_FOLDER or another place: a cut-off end shows only there.")


@check("Audit log", database=True)
def audit_log() -> Finding:
    """What the last nightly check of the audit log found, and whether sealing goes on."""
    from tabard.audit.queries.seals import state

    now = state()
    if now["late"]:
        return bad("entries wait to be sealed for more than 15 minutes", "Is `tabard worker` running?")
    check = now["check"]
    if check is None:
        return ok("not checked yet; workers check it every night")
    if not check.sound:
        return bad(
            f"changed: found on {check.at:%Y-%m-%d}", "Run `tabard audit verify` and keep what it says."
        )
    return ok(f"unchanged on {check.at:%Y-%m-%d}")
