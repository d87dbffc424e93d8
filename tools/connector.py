"""Begin a connector: `make connector NAME=flickr` writes its folder, which runs the contract and fails it.

Each failure says what is missing. What is written here is the least that can be imported; the connectors
that are there show how it looks when it is whole.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

PLATFORMS = Path(__file__).resolve().parent.parent / "tabard/connectors/platforms"

FILES = {
    "__init__.py": '''"""{label}: say in a line what a channel is there."""

from __future__ import annotations

from tabard.connectors.base import Connector
from tabard.connectors.platforms.{name}.card import CARD
from tabard.connectors.platforms.{name}.connect import Connecting
from tabard.connectors.platforms.{name}.publish import Publishing


class {label}(Connecting, Publishing, Connector):
    """A channel of {label}."""

    card = CARD


CONNECTOR = {label}
''',
    "card.py": '''"""What a channel of {label} can do (NOTES.md has sources and dates)."""

from __future__ import annotations

from tabard.connectors.card import (
    Ability,
    Auth,
    Budget,
    Card,
    CountedIn,
    Field,
    Per,
    Placement,
    Proof,
    Secret,
    TextLimit,
    TextRule,
)
from tabard.connectors.words import _

API = "https://api.{name}.example"  # the platform's own address

POST = Placement("post", _("Post"), TextRule((TextLimit(500, CountedIn.GRAPHEMES),)), replies=False)

CARD = Card(
    name="{name}",
    label="{label}",
    mark="{mark}",
    auth=(Auth(Secret.TOKEN, _("Token"), (Field("token", _("Token"), "secret"),)),),
    placements=(POST,),
    budgets=(Budget("posts", 30, 3600, Per.CHANNEL, {{"publish": 1}}),),
    # With each ability comes a protocol of calls.py, and a payload of its name.
    abilities=frozenset({{Ability.CONNECTS, Ability.PUBLISHES}}),
    hosts=("{{base}}",),
    # How one can be sure whether a post went out: the first of OWN_ID, IDEMPOTENCY_KEY and LOOKUP that holds.
    proof=Proof.NONE,
    settle=30.0,
    as_of="{month}",
)
''',
    "connect.py": '''"""Connecting a channel."""

from __future__ import annotations

from collections.abc import Mapping

from tabard.connectors.base import Access, Connected, Connector, Profile
from tabard.connectors.http import Http


class Connecting(Connector):
    """`connect` and `check`."""

    async def connect(self, fields: Mapping[str, str], http: Http) -> Connected:
        """Whose token this is."""
        raise NotImplementedError("connect: ask the platform whose token `fields` has, and give its channel")

    async def check(self, access: Access, http: Http) -> Profile:
        """The channel as it is now."""
        raise NotImplementedError("check: ask for the channel; Revoked if the credential is dead")
''',
    "publish.py": '''"""Publishing."""

from __future__ import annotations

from tabard.connectors.base import CANNOT_TELL, Access, Connector, Outgoing, Published, State, Verdict
from tabard.connectors.checks import refuse_misfits
from tabard.connectors.http import Http


class Publishing(Connector):
    """`mint`, `prepare`, `commit` and `find`."""

    def mint(self, outgoing: Outgoing) -> State:
        """Ids of our own, made before the first call; the key alone where the platform takes none."""
        return {{"key": outgoing.key}}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """Everything that does not show: uploads, look-ups."""
        refuse_misfits(self.card, outgoing, access.limits)
        return {{**state}}

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """The one call that shows; made with `commit=True`, so that a lost answer is Unsure."""
        raise NotImplementedError("commit: make the post, and give its id and address")

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Is it there? NOT_THERE only after a look that would have shown it."""
        return CANNOT_TELL
''',
    "tests/__init__.py": "",
    "tests/simulator.py": '''"""{label} in a box: it keeps state and answers as the platform does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from tabard.connectors.base import Access
from tabard.connectors.stage import Shown, Stage


@dataclass
class {label}Stage(Stage):
    """One channel; stage.py says what each of these is."""

    def access(self) -> Access:
        secret = {{"token": "invented-token"}}
        return Access("{name}", "https://api.{name}.example", "1", "tabard_town", secret)

    def fields(self) -> Mapping[str, str]:
        return {{"token": "invented-token"}}

    def shown(self) -> list[Shown]:
        raise NotImplementedError("simulator: keep the posts that were made, and give them here")

    def shows(self, request: httpx.Request) -> bool:
        return request.method == "POST"

    async def route(self, request: httpx.Request) -> httpx.Response:
        raise NotImplementedError("simulator: answer as it does; LIMITED, REVOKED change it")
''',
    "tests/test_{name}.py": '''"""{label}, by the contract of all connectors and by what is special there."""

from __future__ import annotations

from tabard.connectors.contract import ConnectorContract
from tabard.connectors.platforms.{name}.tests.simulator import {label}Stage


class Test{label}(ConnectorContract):
    stage = {label}Stage
''',
    "NOTES.md": """# {label}

## Sources

Where each fact was read, with its date. What is not known is said to be unknown.

## Limits

| what | limit |
|---|---|
| text | |

## Oddities

## Test credentials
""",
    "payloads/errors.json": json.dumps(
        [
            {"name": "write here what was answered", "status": 400, "body": {}, "raises": "Refused"},
            {"name": "credential ended", "status": 401, "body": {}, "raises": "Revoked"},
            {"name": "too many", "status": 429, "body": {}, "raises": "Limited"},
            {"name": "fault", "status": 500, "body": "", "raises": "Unsure"},
        ],
        indent=2,
    )
    .replace("{", "{{")
    .replace("}", "}}")
    + "\n",
}


def begin(name: str, month: str, there: Path = PLATFORMS) -> Path:
    """Write the folder of a new platform. ValueError if it cannot be called so, or is there already."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,29}", name):
        raise ValueError(f"{name!r}: small letters, digits and _ only, as it is called in the register.")
    folder = there / name
    if folder.exists():
        raise ValueError(f"{folder} is there already.")
    words = {"name": name, "label": name.replace("_", " ").title().replace(" ", ""), "month": month}
    words["mark"] = words["label"][:2]
    for path, text in FILES.items():
        file = folder / path.format(**words)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(**words))
    return folder


if __name__ == "__main__":
    from datetime import UTC, datetime

    try:
        made = begin(sys.argv[1] if len(sys.argv) > 1 else "", f"{datetime.now(UTC):%Y-%m}")
    except ValueError as error:
        sys.exit(str(error))
