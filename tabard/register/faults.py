"""What is wrong with the rows of a list of channels, seen without the register: for those who mend the list.

An import refuses what it cannot take; this also finds what it would take and should not: one handle that is
said to have two owners, a platform spelt in a way of its own.
"""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tabard.register.imports.columns import CHANNELS, matched
from tabard.register.platforms import Known, named, names, plain, platforms
from tabard.register.rules import Resolved, Unresolved, resolve, same

# Columns that say whose a channel is, where none has a name that the import knows.
OWNERS = (
    *("wikidataid", "entity", "entityid", "org", "orgid", "organisationid", "organizationid", "company"),
    *("institution", "ministry", "body", "member", "memberid", "ownerid", "belongsto", "office"),
)
KINDS = {"another": "platform-and-link", "word": "path-word", "platform": "platform-unknown"}


@dataclass
class Fault:
    """One row that is wrong. `row` counts from 1, without the header; `kinds` and `why` go together."""

    row: int
    kinds: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)

    def add(self, kind: str, sentence: str) -> None:
        if sentence not in self.why:
            self.kinds.append(kind)
            self.why.append(sentence)


def faults(rows: Sequence[Mapping[str, str]]) -> list[Fault]:
    """The rows that are wrong, in their order. `rows` by the names of their columns, all alike."""
    found = {number: Fault(number) for number in range(1, len(rows) + 1)}
    columns = _columns(rows[0] if rows else {})
    usual = _usual_spellings(rows, columns)
    owners: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for number, row in enumerate(rows, 1):
        values = {name: (row.get(column) or "").strip() for name, column in columns.items()}
        meant = _meant(values, usual, found[number])
        if meant and values.get("unit"):
            owners[meant.platform, meant.canonical].append((number, values["unit"]))
            if own_id := values.get("remote_id"):
                owners[meant.platform, f"id {own_id}"].append((number, values["unit"]))
        if row.get(None):  # type: ignore[call-overload]
            found[number].add("cells", "It has more cells than the list has columns.")
    _two_owners(owners.values(), found)
    return [fault for fault in found.values() if fault.why]


def _columns(header: Iterable[str]) -> dict[str, str]:
    there = [name for name in header if name]
    found = matched(there, CHANNELS)
    if "unit" not in found:
        owner = next((name for name in there if plain(name) in OWNERS), found.get("owner"))
        found |= {"unit": owner} if owner else {}
    return found


def _usual_spellings(rows: Sequence[Mapping[str, str]], columns: Mapping[str, str]) -> dict[str, str]:
    """How the list itself mostly writes each name of a platform."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        said = (row.get(columns.get("platform", "")) or "").strip()
        counted[plain(said)][said] += 1
    return {name: spellings.most_common(1)[0][0] for name, spellings in counted.items()}


def _meant(values: Mapping[str, str], usual: Mapping[str, str], fault: Fault) -> Resolved | None:
    said, link, handle = (values.get(name, "") for name in ("platform", "url", "handle"))
    known = _platform(said, usual, fault)
    if said and known is None and not link:
        return None
    if not link and not handle:
        fault.add("empty", "It names no channel: give a link or a handle.")
        return None
    by_link = _resolved(link, known, fault)
    by_handle = _resolved(handle, known or (platforms()[by_link.platform] if by_link else None), fault)
    if by_link and by_handle and _contradict(by_link, by_handle):
        sentence = f"The link leads to {by_link.handle}, the handle says {by_handle.handle}."
        fault.add("handle-and-link", sentence)
    return by_link or by_handle


def _contradict(one: Resolved, other: Resolved) -> bool:
    return not (one.remote_id or other.remote_id or same(one.handle, other.handle))


def _resolved(written: str, known: Known | None, fault: Fault) -> Resolved | None:
    if not written:
        return None
    try:
        return resolve(written, known.slug if known else "")
    except Unresolved as error:
        fault.add(KINDS.get(error.code, "no-profile"), str(error))
    return None


def _platform(said: str, usual: Mapping[str, str], fault: Fault) -> Known | None:
    """The platform that is meant; says so where it is spelt in a way that no list means to use."""
    if not said:
        return None
    known = named(said)
    if known is None:
        near = difflib.get_close_matches(plain(said), names(), n=1, cutoff=0.75)
        if not near:
            fault.add("platform-unknown", f"There is no platform called “{said[:60]}” in the catalogue.")
            return None
        known = platforms()[names()[near[0]]]
        fault.add("platform-misspelt", f"“{said}” is misspelt: {known.name} is meant.")
        return known
    mistakes = {plain(word) for word in known.misspelt}
    if plain(said) in mistakes:
        fault.add("platform-misspelt", f"“{said}” is misspelt: {known.name} is meant.")
    elif not _well_spelt(said, known) and usual[plain(said)] != said:
        fault.add("platform-misspelt", f"“{said}” is spelt {usual[plain(said)]} elsewhere in this list.")
    return known


def _well_spelt(said: str, known: Known) -> bool:
    return said in {known.slug, known.name, known.name.upper()} or said.islower()


def _two_owners(groups: Iterable[list[tuple[int, str]]], found: Mapping[int, Fault]) -> None:
    for group in groups:
        if len({owner.casefold() for _row, owner in group}) < 2:
            continue
        for number, owner in group:
            others = _others(group, owner)
            found[number].add("two-owners", f"The same channel is said to be of {', '.join(others)} too.")


def _others(group: list[tuple[int, str]], owner: str) -> Iterator[str]:
    told = set()
    for number, other in group:
        if other.casefold() != owner.casefold() and other not in told:
            told.add(other)
            yield f"{other} (row {number})"
