"""How long a directory needs to make thousands of people known, over real HTTP with the real server.

`make bench NAME=scim`; `PEOPLE=500` is a shorter run. `tabard web` is started on a small organisation in a
database of its own; four connections add the people one by one, each with name and department as directories
send them, then say of the first hundred that they have left, and read the last page of the list. The last
line is JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

os.environ.setdefault("POSTS", "1000")
from bench import screens

PEOPLE = int(os.environ.get("PEOPLE", "10000"))
CONNECTIONS = 4
BIND = "127.0.0.1:8679"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def key() -> str:
    """A directory with a rule for each of ten departments, and a key for it."""
    from tabard.access.actions.directories import add_directory, make_directory_token
    from tabard.access.models import PlaceRule
    from tabard.kernel.actor import command_line
    from tabard.org.models import Unit

    by, name = command_line(), f"Bench {uuid.uuid4().hex[:8]}"
    directory = add_directory(by, Unit.objects.get(parent=None), name=name, domains=["bench.example"])
    units = Unit.objects.filter(kind="district").order_by("id")[:10]
    PlaceRule.objects.bulk_create(
        PlaceRule(directory=directory, rank=n, attribute="department", value=f"Department {n}", unit=unit)
        for n, unit in enumerate(units)
    )
    return make_directory_token(by, directory).key


def body(n: int, run: str) -> dict[str, Any]:
    """One person as Entra sends them."""
    email = f"person{n}.{run}@bench.example"
    return {
        "schemas": [USER, ENTERPRISE],
        "userName": email,
        "externalId": str(uuid.uuid4()),
        "active": True,
        "name": {"givenName": f"Given{n}", "familyName": f"Family{n}"},
        "displayName": f"Given{n} Family{n}",
        "title": "Specialist",
        "emails": [{"type": "work", "value": email, "primary": True}],
        ENTERPRISE: {"department": f"Department {n % 12}", "costCenter": f"{n % 40}"},
    }


def served() -> subprocess.Popen[bytes]:
    """`tabard web`, answering."""
    import httpx

    environment = {**os.environ, "TABARD_BIND": BIND, "TABARD_LOG_LEVEL": "ERROR"}
    server = subprocess.Popen([sys.executable, "-m", "tabard", "web"], env=environment)
    for _n in range(240):
        try:
            httpx.get(f"http://{BIND}/scim/v2/ServiceProviderConfig")
            return server
        except httpx.TransportError:
            time.sleep(0.25)
    raise SystemExit("the server did not start")


def provision(token: str) -> dict[str, Any]:
    import httpx

    run = uuid.uuid4().hex[:6]
    client = httpx.Client(
        base_url=f"http://{BIND}/scim/v2",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"},
        limits=httpx.Limits(max_connections=CONNECTIONS),
        timeout=60,
    )

    def add(n: int) -> tuple[str, float]:
        begun = time.perf_counter()
        answer = client.post("/Users", json=body(n, run))
        assert answer.status_code == 201, answer.text
        return answer.json()["id"], 1000 * (time.perf_counter() - begun)

    def end(pk: str) -> float:
        begun = time.perf_counter()
        gone = {"op": "Replace", "path": "active", "value": "False"}
        patch = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [gone]}
        answer = client.patch(f"/Users/{pk}", json=patch)
        assert answer.status_code == 200, answer.text
        return 1000 * (time.perf_counter() - begun)

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        begun = time.perf_counter()
        added = list(pool.map(add, range(PEOPLE)))
        took = time.perf_counter() - begun
        left = sorted(pool.map(end, [pk for pk, _ms in added[:100]]))
    begun = time.perf_counter()
    listed = client.get("/Users", params={"startIndex": PEOPLE - 50, "count": 50}).json()
    page = 1000 * (time.perf_counter() - begun)
    found = client.get("/Users", params={"filter": f'userName eq "person7.{run}@bench.example"'}).json()
    assert (listed["totalResults"], found["totalResults"]) == (PEOPLE, 1)
    times = sorted(ms for _pk, ms in added)
    return {
        "people": PEOPLE,
        "seconds": round(took, 1),
        "add_p50_ms": round(times[len(times) // 2], 1),
        "add_p95_ms": round(times[int(0.95 * len(times))], 1),
        "leave_p50_ms": round(left[len(left) // 2], 1),
        "last_page_ms": round(page, 1),
    }


def main() -> None:
    screens.prepare()
    token = key()
    server = served()
    try:
        found = provision(token)
    finally:
        server.terminate()
        server.wait(30)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
