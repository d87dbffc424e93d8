"""Practice: a small social network to train on, to demonstrate on, and to prove the sending of posts against.

An independent program: it shares nothing with Tabard but the wheel it comes in.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["serve"]


def serve(
    port: int = 8002, data: str | Path = ".local/practice", host: str = "127.0.0.1", *, seed: int = 1
) -> None:
    """Answer on `host`:`port` until told to stop, keeping everything in the folder `data`.

    Blocks; SIGTERM and SIGINT end it in order. `seed` decides who lives here and how they react; a
    folder that has one already keeps its own.
    """
    from .server import run  # Starlette and uvicorn only when somebody serves

    run(port=port, data=Path(data), host=host, seed=seed)
