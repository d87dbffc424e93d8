"""Reads definitions of sites from YAML, and says of a wrong one which file, which key and why."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from tabard.watch.alphabets import Alphabet, alphabets
from tabard.watch.sites import values
from tabard.watch.sites.definitions import Site
from tabard.watch.sites.values import Wrong

BUILT_IN = Path(__file__).with_name("built_in")
LARGEST = 20_000_000  # bytes of one file
KEYS = {
    *("site", "name", "platform", "profile", "asks", "hosts", "headers", "alphabet", "exists", "absent"),
    *("known", "impossible", "budget", "source", "seen", "licence"),
}
NEEDED = ("site", "profile", "exists", "absent", "known")


@dataclasses.dataclass(frozen=True)
class Fault:
    """What is wrong with a definition. `site` is its key, or its number in the file."""

    file: str
    site: str
    key: str
    why: str

    def __str__(self) -> str:
        where = f"{self.file}, site {self.site}" if self.site else self.file
        return f"{where}: {self.key}: {self.why}" if self.key else f"{where}: {self.why}"


def read(place: Path, plain: Collection[str] = ()) -> tuple[list[Site], list[Fault]]:
    """The sites of a file, or of every .yaml file of a folder, and what is wrong.

    `plain`: hosts that may be called by http, and be in a private network.
    """
    files = sorted(place.glob("*.yaml")) if place.is_dir() else [place]
    sites: dict[str, Site] = {}
    faults: list[Fault] = []
    for file in files:
        for number, said in enumerate(_documents(file, faults), 1):
            site = _one(file.name, number, said, faults, plain)
            if site and site.key in sites:
                faults.append(Fault(file.name, site.key, "site", "Another definition has this key."))
            elif site:
                sites[site.key] = site
    if not files:
        faults.append(Fault(str(place), "", "", "There is no file that ends in .yaml."))
    return list(sites.values()), faults


def _documents(file: Path, faults: list[Fault]) -> list[Any]:
    try:
        if file.stat().st_size > LARGEST:
            raise Wrong("", "The file is too large.")
        return [each for each in yaml.safe_load_all(file.read_bytes()) if each is not None]
    except OSError as error:
        why = f"It cannot be read: {error.strerror}."
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = f"This is no YAML{f' (line {mark.line + 1})' if mark else ''}."
    except (RecursionError, ValueError):
        why = "This is no YAML that a definition can be read from."
    except Wrong as wrong:
        why = wrong.why
    faults.append(Fault(file.name, "", "", why))
    return []


def _one(file: str, number: int, said: Any, faults: list[Fault], plain: Collection[str]) -> Site | None:
    if not isinstance(said, dict):
        faults.append(Fault(file, str(number), "", "A definition is a list of keys with values."))
        return None
    key = said.get("site")
    site, wrong = made(said, plain)
    where = key if isinstance(key, str) and key.isprintable() and len(key) < 100 else str(number)
    faults += [Fault(file, where, each.key, each.why) for each in wrong]
    return site


def made(said: Mapping[Any, Any], plain: Collection[str] = ()) -> tuple[Site | None, list[Wrong]]:
    """One site of what its definition says, and everything that is wrong with it."""
    wrong = [Wrong(values.shown(key), "There is no such key.") for key in said if key not in KEYS]
    wrong += [Wrong(key, "It is missing.") for key in NEEDED if key not in said]
    found: dict[str, Any] = {}
    for name, of in {**_parts(said, plain), **_said(said)}.items():
        if name in said or name in {"alphabet", "budget"}:
            try:
                found[name] = of()
            except Wrong as each:
                wrong.append(each)
    if not wrong:
        wrong = _together(found)
    return (None, wrong) if wrong else (_site(said, found), [])


def _parts(said: Mapping[str, Any], plain: Collection[str]) -> dict[str, Any]:
    """By key, what reads it."""
    return {
        "site": lambda: values.key("site", said["site"]),
        "profile": lambda: values.address("profile", said["profile"], plain),
        "asks": lambda: values.address("asks", said["asks"], plain),
        "hosts": lambda: values.hosts("hosts", said["hosts"]),
        "headers": lambda: values.headers("headers", said["headers"]),
        "alphabet": lambda: _alphabet(said.get("alphabet"), said.get("platform")),
        "exists": lambda: values.signs("exists", said["exists"], plain),
        "absent": lambda: values.signs("absent", said["absent"], plain),
        "known": lambda: values.texts("known", said["known"], most=3),
        "budget": lambda: values.budget("budget", said.get("budget", {})),
    }


def _said(said: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that are texts and no more."""
    names = ("name", "platform", "impossible", "source", "seen", "licence")
    return {name: partial(_plain, name, said.get(name)) for name in names}


def _plain(name: str, value: Any) -> str:
    return values.text(name, value.isoformat() if type(value) is date else value)


def _alphabet(said: Any, platform: Any) -> Alphabet:
    """By the slug of a platform, or written out; where neither is said, what most sites allow."""
    if isinstance(said, dict):
        kinds = {"marks": str, "least": int, "most": int, "unicode": bool, "first": str}
        for name, value in said.items():
            if name not in kinds or type(value) is not kinds[name]:
                raise Wrong(f"alphabet.{values.shown(name)}", "It has marks, least, most, first and unicode.")
        rules = {"marks": "._-", "least": 1, "most": 64, **said}
        if not 1 <= rules["least"] <= rules["most"] <= 200:
            raise Wrong("alphabet", "Lengths are from 1 to 200, and the least is not above the most.")
        if any(sign in "/\\?#%" or not sign.isprintable() for sign in rules["marks"]):
            raise Wrong("alphabet.marks", "Such a sign means something else in an address.")
        return Alphabet("", **rules)
    known = alphabets()
    if said is not None and (not isinstance(said, str) or said not in known):
        raise Wrong("alphabet", "It is a platform of alphabets.yaml, or marks, least and most.")
    slug = said or (platform if isinstance(platform, str) else "")
    return known.get(slug) or Alphabet("", "._-", 1, 64)


def _together(found: Mapping[str, Any]) -> list[Wrong]:
    """What is wrong though every key is right."""
    wrong, absent, letters = [], found["absent"], found["alphabet"]
    for name in (*found["known"], found.get("impossible", "")):
        if name and not letters.allows(name):
            wrong.append(
                Wrong("known" if name in found["known"] else "impossible", "The alphabet has no such name.")
            )
    if absent.by_status_alone and absent.status & {200, 400}:
        wrong.append(Wrong("absent", "An ordinary status alone is no sign that a name is missing."))
    if found["exists"].redirect:
        wrong.append(Wrong("exists.redirect", "What shows a profile is in its page, not where it sends."))
    return wrong


def _site(said: Mapping[str, Any], found: dict[str, Any]) -> Site:
    minute, day = found["budget"]
    return Site(
        key=found["site"],
        name=found.get("name") or found["site"],
        profile=found["profile"],
        asks=found.get("asks") or found["profile"],
        exists=found["exists"],
        absent=found["absent"],
        known=found["known"],
        alphabet=found["alphabet"],
        impossible=found.get("impossible", ""),
        platform=found.get("platform", ""),
        hosts=found.get("hosts", frozenset()),
        headers=found.get("headers", ()),
        minute=minute,
        day=day,
        said={name: found[name] for name in ("source", "seen", "licence") if name in said},
    )
