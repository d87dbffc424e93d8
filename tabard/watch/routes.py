"""Ways to have an account removed, renamed or handed over: data, with where each rule was read and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import gettext, ngettext

from tabard.connectors.words import _
from tabard.watch.clocks import PATIENCE

OWNER = "owner"
KINDS = {
    "owner": _("Write to its owner"),
    "impersonation": _("Report as impersonation"),
    "trademark": _("Report a trademark"),
    "notice": _("Notice of illegal content (DSA, Article 16)"),
    "complaint": _("Complaint to the platform (DSA, Article 20)"),
    "dispute": _("Body for out-of-court disputes (DSA, Article 21)"),
    "flagger": _("Through a trusted flagger (DSA, Article 22)"),
    "coordinator": _("Complaint to the Digital Services Coordinator (DSA, Article 53)"),
    "authority": _("Report to the police or another authority"),
    "court": _("Legal steps"),
}
NEEDS = {
    "polite": _("Be friendly: most people did not mean it."),
    "page": _("The page with its address, as it was when it was seen."),
    "two": _("Two elements of our identity: name, picture, false claim to be of us. A name is not enough."),
    "site": _("Our official site, and our own channels."),
    "represent": _("Only whoever is impersonated, or may act for them, files this form."),
    "holder": _("Only the holder of the mark, or whoever is authorised, may file."),
    "mark": _("The mark, its registration number, country and classes."),
    "contact": _("Full contact data. The other side may get to see them."),
    "complete": _("All fields: what is incomplete waits."),
    "declared": _("A declaration in good faith that all of it is true."),
    "signed": _("A statement with an electronic signature."),
    "identity": _("Who is impersonated, with a valid identification to upload."),
    "country": _("There is one form inside and another outside the United States."),
    "wrong": _("What in the profile is not true: that alone is against the rules there."),
    "copied": _("That name, picture or look are copied. Fans must say so in name or handle."),
    "labelled": _("That neither shown name nor bio say that it is not official."),
    "menu": _("It is reported from the profile itself; sign in with a channel of ours."),
    "bot": _("It takes an account there to write to the bot."),
    "server": _("The server on which it lives: its moderators decide."),
    "ids": _("The number by which the platform knows it."),
    "harm": _("Who was deceived, and what harm was done."),
    "why": _("Why it is illegal, and exactly where it is."),
    "before": _("What was decided before, and its reference."),
    "free": _("It costs nothing, and can be made for six months after the decision."),
    "ninety": _("The body binds nobody by what it says."),
    "status": _("Only bodies that a national coordinator has named: ask one to file it."),
    "counsel": _("Ask counsel first."),
}  # fmt: skip


@dataclass(frozen=True)
class Route:
    """One way. `needs` are keys of NEEDS; `where` is from where its form is found, empty where not known.

    `reference`: whether they give a number, None where not known. `expects`: days from and to, and by whom.
    """

    code: str
    kind: str
    platforms: tuple[str, ...]
    needs: tuple[str, ...]
    where: str
    reference: bool | None
    expects: tuple[int, int, str] | None
    patience: tuple[int, ...]
    then: tuple[str, ...]
    source: str
    as_of: date

    def __str__(self) -> str:
        return gettext(KINDS[self.kind])

    @property
    def wants(self) -> list[str]:
        """What it asks for, in the reader's language."""
        return [gettext(NEEDS[need]) for need in self.needs]

    @property
    def takes(self) -> str:
        """How long it takes, as far as anybody has said."""
        if self.expects is None:
            return gettext("Nobody publishes how long it takes.")
        first, last, by = self.expects
        said = {
            "vendors": gettext("Vendors say %(first)s to %(last)s days; the platform publishes no time."),
            "law": gettext("By law %(first)s days, up to %(last)s where it is complex."),
        }[by]
        return said % {"first": first, "last": last}

    @property
    def numbers(self) -> str:
        """Whether they give a number to refer to."""
        return {
            True: gettext("They confirm that they have it."),
            False: gettext("There is no reference."),
            None: gettext("Whether they give a reference is not known."),
        }[self.reference]

    @property
    def asks_after(self) -> str:
        """When it is asked after, and when it is over."""
        *days, last = self.patience
        after = ngettext("Asked after on day %(days)s", "Asked after on days %(days)s", len(days))
        onward = gettext("another way is due on day %(last)s")
        return f"{after % {'days': ', '.join(map(str, days))}}; {onward % {'last': last}}."


@cache
def _routes() -> dict[str, Route]:
    read = yaml.safe_load(Path(__file__).with_name("routes.yaml").read_text())
    return {
        code: Route(
            code,
            said["kind"],
            tuple(said.get("platforms", ())),
            tuple(said["needs"]),
            said["where"] or "",
            said["reference"],
            tuple(said["expects"]) if said["expects"] else None,
            tuple(said.get("patience", PATIENCE)),
            tuple(said["then"]),
            said["source"],
            said["as_of"],
        )
        for code, said in read.items()
    }


def all_routes() -> list[Route]:
    """All of them."""
    return list(_routes().values())


def route(code: str) -> Route | None:
    """One way by its name."""
    return _routes().get(code)


def routes_for(platform: str) -> list[Route]:
    """The ways that there are for an account on `platform`: its own forms instead of the general ones."""
    mine = {each.kind for each in all_routes() if platform in each.platforms}
    return [
        each
        for each in all_routes()
        if platform in each.platforms or (not each.platforms and each.kind not in mine)
    ]
