"""Faces for people and emblems for channels: small SVG drawn from the name, the same for the same name."""

from __future__ import annotations

import hashlib
import html
import random

from .cast import Person

SKIN = ("#F6D3BD", "#EFC1A1", "#E0A982", "#C98C63", "#A56B46", "#7C4A2E")
HAIR = ("#2A1D1A", "#4A2F22", "#6E4528", "#A8733C", "#D9AE62", "#8C2F1C", "#9A9AA0", "#1B1B22")
CLOTHES = ("#D9483B", "#0B6E6E", "#E39A1C", "#5B4B8A", "#2F6DB3", "#3E7D3A", "#B23A6B", "#444B59")
WALLS = ("#FFE3D3", "#D9F0EC", "#FFF0C2", "#E7E0F5", "#DCE9F8", "#E2F1DA", "#F9DCE7", "#ECE7DF")

LONG_HAIR = (
    "M11 27C9 12 17 6 24 6s15 6 13 21c0 6 1 9 2 12H9c1-3 2-6 2-12Z",
    "M10 30C8 14 15 5 24 5s16 9 14 25c-1 3-3 4-5 4H15c-2 0-4-1-5-4Z",
    "M12 22C11 11 17 7 24 7s13 4 12 15c3 2 3 8 0 10H12c-3-2-3-8 0-10Z",
)
BUN = "M24 1a5 5 0 0 1 4 8a12 12 0 0 1 8 13H12A12 12 0 0 1 20 9a5 5 0 0 1 4-8Z"
SHORT_HAIR = (
    "M13 21C12 11 18 8 24 8s12 3 11 13c-2-4-4-6-6-7c-4 2-9 2-12 1c-2 1-3 3-4 6Z",
    "M13 20c-2-9 5-13 12-12c7 0 11 5 10 12l-3-5H16Z",
    "M14 19c0-7 4-10 10-10s10 3 10 10c-3-3-6-4-10-4s-7 1-10 4Z",
)
CURLS = (
    "M13 21a4 4 0 0 1 0-6a5 5 0 0 1 5-6a6 6 0 0 1 12 0a5 5 0 0 1 5 6a4 4 0 0 1 0 6"
    "c-1-3-3-5-5-6H18c-2 1-4 3-5 6Z"
)
FRINGE = "M14 20c1-6 5-9 10-9s9 3 10 9c-3-1-5-3-6-5c-3 3-9 5-14 5Z"
_LINE = 'fill="none" stroke="#7A2E24" stroke-width="1.5" stroke-linecap="round"'
MOUTHS = {
    "fan": '<path d="M19 29q5 6 10 0z" fill="#fff" stroke="#7A2E24" stroke-width="1.2"/>',
    "curious": '<ellipse cx="24" cy="30.2" rx="2" ry="2.3" fill="#7A2E24"/>',
    "complainer": f'<path d="M20 31.5q4-3 8 0" {_LINE}/>',
    "joker": '<path d="M19 28.5q5 7 10 0z" fill="#7A2E24"/><path d="M22 31q2 2.6 4 0z" fill="#E9897B"/>',
    "troll": f'<path d="M20 30.5q5 1.5 8-2" {_LINE}/>',
    "journalist": f'<path d="M20.5 30h7" {_LINE}/>',
}
GLASSES = (
    '<g fill="none" stroke="#2B1B2E" stroke-width="1.1"><circle cx="20" cy="23" r="3.1"/>'
    '<circle cx="28" cy="23" r="3.1"/><path d="M23.1 23h1.8"/></g>'
)
FIELDS = (
    ("#7A1F4B", "#F7B2C4"),
    ("#0A4F5C", "#8FE0D2"),
    ("#5A2A8A", "#D9BDF7"),
    ("#8A3B0A", "#FFC78F"),
    ("#1F4E1A", "#B5E39B"),
    ("#123F7A", "#A9CBF7"),
    ("#6B1B1B", "#F5A89F"),
    ("#3C3A12", "#E8DC85"),
)
PATTERNS = (
    '<circle cx="38" cy="10" r="15" fill="{b}" opacity=".32"/>',
    '<path d="M0 48L48 0v48Z" fill="{b}" opacity=".26"/>',
    '<path d="M0 34q12-8 24 0t24 0v14H0Z" fill="{b}" opacity=".32"/>',
    '<path d="M0 0h16v48H0Z" fill="{b}" opacity=".26"/>',
    '<circle cx="24" cy="24" r="20" fill="none" stroke="{b}" stroke-width="5" opacity=".3"/>',
)


def face(person: Person) -> str:
    """A person's portrait as SVG."""
    rng = random.Random(f"face/{person.handle}")
    skin, hair, wall, clothes = rng.choice(SKIN), rng.choice(HAIR), rng.choice(WALLS), rng.choice(CLOTHES)
    behind = before = ""
    if person.woman:
        behind = f'<path d="{rng.choice((*LONG_HAIR, BUN))}" fill="{hair}"/>'
        before = f'<path d="{FRINGE}" fill="{hair}"/>'
    elif rng.random() < 0.9:
        before = f'<path d="{rng.choice((*SHORT_HAIR, CURLS))}" fill="{hair}"/>'
    beard = not person.woman and rng.random() < 0.3
    lower = (
        f'<path d="M14 25c0 9 4 13 10 13s10-4 10-13c-1 3-3 3-5 3H19c-2 0-4 0-5-3Z" fill="{hair}"/>'
        if beard
        else ""
    )
    glasses = GLASSES if rng.random() < (0.7 if person.temperament == "journalist" else 0.22) else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">'
        f'<rect width="48" height="48" fill="{wall}"/>{behind}'
        f'<path d="M6 50c0-9 8-13 18-13s18 4 18 13Z" fill="{clothes}"/>'
        f'<path d="M20 33h8v6q-4 4-8 0Z" fill="{skin}"/>'
        f'<ellipse cx="24" cy="23.5" rx="9.6" ry="11.5" fill="{skin}"/>'
        f"{lower}{before}"
        '<circle cx="20" cy="23" r="1.35" fill="#2B1B2E"/><circle cx="28" cy="23" r="1.35" fill="#2B1B2E"/>'
        f"{glasses}{MOUTHS[person.temperament]}</svg>"
    )


def emblem(handle: str, name: str) -> str:
    """A channel's emblem as SVG: one or two initials on a patterned field."""
    drawn = hashlib.sha256(handle.encode()).digest()
    field, light = FIELDS[drawn[0] % len(FIELDS)]
    pattern = PATTERNS[drawn[1] % len(PATTERNS)].format(b=light)
    words = [word for word in name.split() if word[0].isalnum()] or [handle]
    initials = html.escape("".join(word[0] for word in words[:2]).upper())
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">'
        f'<rect width="48" height="48" fill="{field}"/>{pattern}'
        f'<text x="24" y="31" text-anchor="middle" font-family="ui-rounded,system-ui,sans-serif"'
        f' font-weight="700" font-size="19" fill="#fff">{initials}</text></svg>'
    )
