"""Every check of scim2-tester over real HTTP: `tabard web` as it is run, a token of the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from tests.cast import cast as build
from tests.networks.bluesky import free_port

pytestmark = pytest.mark.devnet
READY_IN = 60  # seconds


@contextmanager
def served(address: str, settings: dict[str, str]) -> Iterator[None]:
    """`tabard web`, answering at `address`."""
    server = subprocess.Popen([sys.executable, "-m", "tabard", "web"], env=settings)
    try:
        for _n in range(READY_IN * 4):
            try:
                httpx.get(f"{address}/scim/v2/ServiceProviderConfig")
                break
            except httpx.TransportError:
                time.sleep(0.25)
        yield
    finally:
        server.terminate()
        server.wait(30)


def onward(client: httpx.Client) -> Any:
    """What the tester takes for an application: it hands every request on over the wire."""

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        names = {k[5:].replace("_", "-"): v for k, v in environ.items() if k.startswith("HTTP_")}
        names |= {"Content-Type": environ["CONTENT_TYPE"]} if environ.get("CONTENT_TYPE") else {}
        names.pop("HOST", None)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        where = environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else "")
        answer = client.request(environ["REQUEST_METHOD"], where, headers=names, content=body)
        kept = ("content-type", "etag", "location", "www-authenticate")
        start(
            f"{answer.status_code} {answer.reason_phrase}",
            [(n, v) for n, v in answer.headers.items() if n in kept],
        )
        return [answer.content]

    return application


def test_every_check_succeeds_with_a_token_of_the_command_line(own_database: str) -> None:
    build()
    bind = f"127.0.0.1:{free_port()}"
    address = f"http://{bind}"
    settings = {**os.environ, "DATABASE_URL": own_database, "TABARD_BIND": bind, "TABARD_URL": address}
    told = [sys.executable, "-m", "tabard", "access", "scim-token", "Entra"]
    said = subprocess.run(told, env=settings, capture_output=True, text=True, check=True, timeout=60)
    token = next(word for word in said.stdout.split() if len(word) > 30)
    with served(address, settings), httpx.Client(base_url=address, timeout=30) as wire:
        assert httpx.get(f"{address}/scim/v2/Users").status_code == 401
        environ = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
        client = WSGISCIMClient(onward(wire), base_url=f"{address}/scim/v2", environ=environ)
        checked = check_server(client)
    wrong = [f"{c.status.name} {c.title} {c.resource_type}: {c.reason}" for c in checked]
    assert len(checked) > 130
    assert [each for each in wrong if not each.startswith(Status.SUCCESS.name)] == []
