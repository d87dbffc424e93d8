"""Every permission there is, and the roles an organisation starts with; it may add its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# Rights over what is one's own (profile, tokens, absence) belong to every person who can sign in.
OWN = "own."

PERMISSIONS = {
    "own.profile": _("Change one's own profile and keys"),
    "own.absence": _("Say when one is away and who stands in"),
    "own.reviews": _("Answer what one is asked in reviews"),
    "own.channels": _("Ask for channels, and do one's part before channels go"),
    "own.tips": _("Tell us of accounts that speak in our name"),
    "org.see": _("See units and people"),
    "org.edit": _("Change units, leads and deputies"),
    "org.reorganise": _("Plan and carry out reorganisations"),
    "org.people": _("Add and change people"),
    "roles.edit": _("Change what roles may do"),
    "policies.set": _("Set policies"),
    "sessions.end": _("See and end other people's sessions and second factors"),
    "sources.edit": _("Decide how people sign in"),
    "platforms.apps": _("Enter the apps through which channels are connected"),
    "grants.see": _("See who may do what"),
    "grants.give": _("Give and end grants"),
    "reviews.see": _("See reviews and their evidence"),
    "reviews.run": _("Begin and end reviews"),
    "emergency.ask": _("Ask for owner rights in an emergency"),
    "emergency.agree": _("Agree to owner rights in an emergency"),
    "emergency.review": _("Review what was done in an emergency"),
    "audit.see": _("Read the audit log"),
    "audit.export": _("Export the audit log"),
    "audit.keep": _("Keep the audit log: holds, terms, streams"),
    "audit.erase": _("Erase people from the audit log"),
    "vault.rotate": _("Seal the vault under another key"),
    "vault.see": _("See which shared credentials there are"),
    "vault.use": _("Check out shared credentials"),
    "vault.edit": _("Keep shared credentials and have them changed"),
    "vault.emergency": _("Take a shared credential in an emergency"),
    "channels.see": _("See channels"),
    "channels.edit": _("Add and change channels"),
    "channels.connect": _("Connect channels to their platform"),
    "channels.import": _("Import the register"),
    "channels.show": _("Decide what the public register says"),
    "watch.see": _("See accounts that look like ours"),
    "watch.decide": _("Decide what accounts that look like ours are"),
    "library.see": _("See pictures and files"),
    "library.add": _("Add pictures and files"),
    "posts.see": _("See posts"),
    "posts.write": _("Write posts"),
    "posts.submit": _("Ask for approval"),
    "posts.publish": _("Schedule and publish posts"),
    "posts.delete": _("Delete posts"),
    "approvals.decide": _("Say yes or no to posts"),
    "deliveries.see": _("See what went out"),
    "deliveries.decide": _("Decide about deliveries that need a person"),
    "deliveries.remove": _("Remove what went out from its platform"),
    "holds.press": _("Hold publishing"),
    "holds.lift": _("Lift a hold"),
    "inbox.see": _("See what people say to channels"),
    "inbox.answer": _("Answer what people say, and say what is done"),
    "inbox.moderate": _("Hide, like and delete what people say, and block who says it"),
}

_SEE = {"org.see", "channels.see", "library.see", "posts.see", "deliveries.see"}
_WRITE = _SEE | {"library.add", "posts.write", "posts.submit"}
_PUBLISH = _WRITE | {
    "posts.publish",
    "posts.delete",
    "deliveries.decide",
    "deliveries.remove",
    "holds.press",
    "inbox.answer",
    "inbox.moderate",
    "inbox.see",
    "vault.see",
    "vault.use",
}
_EMERGENCY = {"emergency.ask", "emergency.agree"}
_MANAGE = _PUBLISH | {
    "approvals.decide",
    "audit.see",
    "channels.connect",
    "channels.edit",
    "channels.import",
    "channels.show",
    "emergency.agree",
    "emergency.ask",
    "grants.give",
    "grants.see",
    "holds.lift",
    "org.edit",
    "org.people",
    "policies.set",
    "reviews.run",
    "reviews.see",
    "sessions.end",
    "vault.edit",
    "vault.emergency",
    "watch.decide",
    "watch.see",
}

# slug: (name, permissions). The ten of the product; an owner may do everything.
ROLES = {
    "owner": (_("Owner"), {p for p in PERMISSIONS if not p.startswith(OWN)}),
    "manager": (_("Manager"), _MANAGE),
    "publisher": (_("Publisher"), _PUBLISH),
    "creator": (_("Creator"), _WRITE),
    "approver": (_("Approver"), _SEE | {"approvals.decide"}),
    "community": (
        _("Community manager"),
        _SEE | {"inbox.answer", "inbox.moderate", "inbox.see", "watch.see"},
    ),
    "analyst": (_("Analyst"), _SEE | {"inbox.see", "watch.see"}),
    "auditor": (
        _("Auditor"),
        _SEE
        | {"audit.see", "audit.export", "grants.see", "inbox.see"}
        | {"reviews.see", "vault.see", "watch.see"},
    ),
    "on-call": (
        _("On-call"),
        _SEE
        | _EMERGENCY
        | {"holds.press", "deliveries.decide", "inbox.see", "vault.see", "vault.emergency", "watch.see"},
    ),
    "advocate": (_("Advocate"), {"org.see", "posts.see"}),
}
