"""Running granian from our own commands."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path
from typing import Any

from tabard.cli._start import Refused

LAST_WORD = 40  # seconds a process may take to finish what runs


def address(bind: str, variable: str) -> tuple[str, int]:
    """`127.0.0.1:8000` or `[::1]:8000` as host and port. Raises Refused."""
    host, _, port = bind.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise Refused(f"{variable} must look like 127.0.0.1:8000, not {bind!r}.")
    return host.strip("[]"), int(port)


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Refused(f"Port {port} needs more rights than you have; choose one above 1024.") from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise Refused(f"{host}:{port} is no address of this machine: {error.strerror}.") from error
    return True


def serve(target: str, interface: str, bind: str, variable: str, **more: Any) -> None:
    """Serve until SIGTERM or SIGINT. Raises Refused if somebody else listens there."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    host, port = address(bind, variable)
    if not is_free(host, port):
        raise Refused(f"Something already listens on {bind}. Stop it, or set {variable} to another address.")
    Server(
        target,
        address=host,
        port=port,
        interface=Interfaces(interface),
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=LAST_WORD,
        respawn_failed_workers=True,
        **_sealed(),
        **more,
    ).serve()


def _sealed() -> dict[str, Any]:
    """How it is encrypted, where a certificate is named; then nothing is answered without. Raises Refused."""
    from django.conf import settings

    if not settings.TLS_CERTIFICATE:
        if settings.TLS_KEY or settings.TLS_CLIENTS:
            raise Refused("TABARD_TLS_CERTIFICATE must be set too: without it nothing is encrypted.")
        return {}
    named = {name: getattr(settings, name) for name in ("TLS_CERTIFICATE", "TLS_KEY", "TLS_CLIENTS")}
    for name, path in named.items():
        if (path or name == "TLS_KEY") and not os.access(path, os.R_OK):
            raise Refused(f"TABARD_{name} must name a file that we can read, not {path!r}.")
    clients = (
        {"ssl_ca": Path(named["TLS_CLIENTS"]), "ssl_client_verify": True} if settings.TLS_CLIENTS else {}
    )
    return {"ssl_cert": Path(named["TLS_CERTIFICATE"]), "ssl_key": Path(named["TLS_KEY"]), **clients}
