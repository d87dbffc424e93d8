"""Ask what is known against the components we use: `tools/audit`, and `tools/audit --due` after the tests.

Needs the advisories of PyPI and npm: where they are out of reach, this says so, loudly, and ends with code 3,
so that nobody takes silence for a clean answer. Code 1: something is known against one of them, or nobody has
looked for newer ones (`make pins`) for longer than SECURITY.md says. With `--due` it is 1 only where a
version that mends it has been there for two weeks: no change fails on the day on which something is found.
"""

from __future__ import annotations

import json
import operator
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 92  # days without `make pins`
REST = timedelta(days=14)
NOW = datetime.now(UTC)
UV = str(ROOT / ".venv/bin/uv") if (ROOT / ".venv/bin/uv").exists() else shutil.which("uv") or "uv"
PIP_AUDIT = (
    "tool run --quiet pip-audit --no-deps --disable-pip --progress-spinner off --format json"
    " --requirement requirements/s3.txt --timeout 20"
)
COMPARE: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "": operator.eq,
}
NPM_AUDIT = "npm audit --package-lock-only --json --fetch-timeout=20000 --fetch-retries=1"


class Unasked(Exception):
    """Nobody could be asked, or not about everything; what was said instead."""


@dataclass(frozen=True)
class Known:
    """One advisory against one of our components. `due`: a version that mends it is two weeks old."""

    component: str
    advisory: str
    mended: str
    due: bool

    def __str__(self) -> str:
        how = f"mended in {self.mended}" if self.mended else "nothing mends it yet"
        return f"  {self.component}: {self.advisory} ({how}{'; DUE' if self.due else ''})"


def of_python() -> Iterator[Known]:
    """What pip-audit knows. A component that it could not look up was not asked about."""
    said, skipped = _json([UV, *PIP_AUDIT.split()], ROOT), []
    for each in said.get("dependencies", []):
        if "skip_reason" in each:
            skipped.append(each["name"])
            continue
        for advisory in each["vulns"]:
            fixes = [fix for fix in advisory.get("fix_versions", []) if fix]
            old = any(_is_old(each["name"], fix) for fix in fixes)
            yield Known(f"{each['name']} {each['version']}", advisory["id"], " or ".join(fixes), old)
    if skipped or not said.get("dependencies"):
        raise Unasked(f"{len(skipped)} components could not be looked up, {skipped[:1]} for one")


def of_node() -> Iterator[Known]:
    """What npm knows, with the first version of each component that an advisory leaves out."""
    said = _json([str(ROOT / "tools/node"), *NPM_AUDIT.split()], ROOT / "frontend")
    if "vulnerabilities" not in said:
        raise Unasked(str(said.get("message") or said.get("error") or said)[:200])
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]
    for name, each in said["vulnerabilities"].items():
        here = next((lock[node]["version"] for node in each["nodes"] if node in lock), "0")
        for advisory in each["via"]:
            if isinstance(advisory, dict):
                mended, due = _mended(name, here, advisory["range"])
                yield Known(f"{name} {here}", advisory["url"], mended, due)


def _json(command: list[str], where: Path) -> dict[str, Any]:
    try:
        answer = subprocess.run(command, cwd=where, capture_output=True, text=True)  # noqa: S603 our own words
        found = json.loads(answer.stdout)
    except OSError as error:
        raise Unasked(str(error)) from error
    except ValueError as error:
        raise Unasked(" ".join(answer.stderr.strip().splitlines()[-1:])[:200]) from error
    return found if isinstance(found, dict) else {}


def _is_old(name: str, version: str) -> bool:
    """Whether it could be had two weeks ago; also where nobody says since when."""
    asked = [UV, "pip", "compile", "--quiet", "--no-deps", "--no-header", "-"]
    then, ever = (NOW - REST).date().isoformat(), (NOW + REST).date().isoformat()
    return _compiles([*asked, "--exclude-newer", then], name, version) or not _compiles(
        [*asked, "--exclude-newer", ever], name, version
    )


def _compiles(command: list[str], name: str, version: str) -> bool:
    answer = subprocess.run(command, cwd=ROOT, input=f"{name}=={version}\n", capture_output=True, text=True)  # noqa: S603
    return answer.returncode == 0


def _mended(name: str, here: str, wrong: str) -> tuple[str, bool]:
    """The first version after `here` that is not `wrong`, and whether it is old."""
    try:
        times = _json([str(ROOT / "tools/node"), "npm", "view", name, "time", "--json"], ROOT / "frontend")
    except Unasked:
        times = {}
    after = [v for v in times if re.fullmatch(r"\d+\.\d+\.\d+", v) and _parts(v) > _parts(here)]
    good = sorted((v for v in after if not _within(v, wrong)), key=_parts)
    old = [v for v in good if datetime.fromisoformat(times[v]) < NOW - REST]
    return (good[0] if good else "", bool(old) or not times)


def _within(version: str, wrong: str) -> bool:
    """Whether a version is in a range as npm's advisories write it: `>=2.0.0 <2.3.4 || <1.9.0`."""
    for part in wrong.split("||"):
        bounds = re.findall(r"(<=|>=|<|>|=|)\s*(\d[\w.+-]*)", part)
        if all(COMPARE[how](_order(version, bound), 0) for how, bound in bounds):
            return True
    return False


def _order(one: str, other: str) -> int:
    return (_parts(one) > _parts(other)) - (_parts(one) < _parts(other))


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", re.split(r"[-+]", version)[0]))


def main() -> int:
    due = "--due" in sys.argv[1:]
    bad, unasked = not due and _forgotten(), False
    for name, ask in (("pip-audit", of_python), ("npm", of_node)):
        found, why = _asked(ask)
        if why:
            unasked = True
            tell(f"{name}: NOT ASKED. It is not installed, or its advisories cannot be reached: {why}")
        else:
            tell(f"{name}: {'this' if found else 'nothing'} is known against our components.")
        for each in found:
            tell(str(each))
        bad = bad or any(each.due or not due for each in found)
    if unasked:
        tell("THIS SAYS NOTHING ABOUT OUR COMPONENTS. Run `make audit` where the internet can be reached.")
    return 1 if bad else 3 if unasked else 0


def _forgotten() -> bool:
    """Whether nobody has looked for newer ones for too long."""
    pinned = date.fromisoformat((ROOT / "requirements/pinned").read_text().strip())
    days = (NOW.date() - pinned).days
    if days > LONGEST:
        tell(f"Nobody has looked for newer components for {days} days. Run `make pins`.")
    return days > LONGEST


def _asked(ask: Callable[[], Iterator[Known]]) -> tuple[list[Known], str]:
    """What is known, and why not everything was asked about. What was found before that counts."""
    found: list[Known] = []
    try:
        for each in ask():
            found.append(each)
    except Unasked as error:
        return found, str(error) or "no answer"
    except (KeyError, TypeError, ValueError) as error:
        return found, f"its answer cannot be read ({error!r})"
    return found, ""


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
