"""What people sign in by: certificates that end, and descriptions that do not read."""

from __future__ import annotations

from django.conf import settings

from tabard.cli._doctor.finding import Finding, bad, check, ok, warn


@check("Sources", database=True)
def sources() -> Finding:
    """Whether people can still come by their source next month."""
    from tabard.access.queries import open_sources, worst

    there = open_sources()
    ends = [(end, source) for source in there if (end := worst(source))]
    for end, source in sorted(ends, key=lambda each: each[0].ends_at)[:1]:
        says = "ended" if end.state == "bad" else "ends"
        text = f"a certificate of {source.name} {says} on {end.ends_at:%Y-%m-%d}"
        mend = "make our next key" if end.ours else "paste the new one, or give the address of its metadata"
        return (bad if end.state == "bad" else warn)(text, f"Under Access, Sign-in: {mend}.")
    if silent := [source for source in there if source.metadata_problem]:
        text = f"the metadata of {silent[0].name} does not read: {silent[0].metadata_problem}"
        return warn(text, "Look at its address under Access, Sign-in.")
    return ok(f"{len(there)} sources" if there else "none: people sign in by password")


@check("Second factor", database=True)
def second_factor() -> Finding:
    """Whether a password alone lets anybody in."""
    from tabard.org.models import Unit
    from tabard.org.policies import holding
    from tabard.org.rules import EVERYBODY

    root = Unit.objects.filter(parent=None).first()
    if root is None or EVERYBODY in holding(root, "second_factor"):
        return ok("everybody needs one" if root else "everybody will need one")
    if settings.LOCAL:
        return ok("not needed by everybody, as fits a trial")
    return warn("not needed by everybody", "Under Organisation, Policies, Second factor: choose everybody.")


@check("Encryption", database=True)
def encryption() -> Finding:
    """Whether a source may encrypt by what is out of date."""
    from tabard.access.queries import open_sources

    for source in open_sources():
        if source.takes_cbc:
            mend = "have it encrypt by AES-GCM, then" if source.sends_cbc else "it is not needed:"
            return warn(
                f"{source.name} may send AES-CBC", f"Under Access, Sign-in: {mend} take AES-CBC away."
            )
    return ok("none but AES-GCM")


@check("Directories", database=True)
def directories() -> Finding:
    """Whether directories can still tell us next month who leaves."""
    from tabard.access.queries import silent_directories, tokens_ending

    if silent := silent_directories():
        return bad(
            f"{silent[0]} has no token that is good: nobody tells us who leaves",
            "Make one under Access, Directories, or by `tabard access scim-token`.",
        )
    ending = tokens_ending()
    for token in ending[:1]:
        return warn(
            f"the token {token.start}… of {token.directory} ends on {token.ends_at:%Y-%m-%d}",
            "Make the next one, enter it in the directory, then end this one.",
        )
    return ok("their tokens are good for a month at least")
