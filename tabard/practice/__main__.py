"""`python -m tabard.practice --port 8002 --data FOLDER`."""

from __future__ import annotations

import argparse

from . import serve


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tabard.practice", description="Run the Practice network."
    )
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--data", default=".local/practice", metavar="FOLDER", help="where everything is kept"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="who lives here and how they react (a new folder only)"
    )
    given = parser.parse_args()
    serve(given.port, given.data, given.host, seed=given.seed)


if __name__ == "__main__":
    main()
