"""What no line of ours does: evaluate, start a shell, build questions from text, invent cryptography."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TREES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text())
    for path in sorted((ROOT / "tabard").rglob("*.py"))
    if not {"tests", "migrations"} & set(path.parts)
}
# Where parts of a question are put together, and why no part of it is somebody's text.
BUILT_QUESTIONS = {
    "tabard/access/scim/storage.py": "parts are chosen by finding.py, which gives every value beside them",
    "tabard/calendar/queries.py": "two questions of the ORM, with their values beside them",
    "tabard/demo/history.py": "names of our tables",
    "tabard/demo/scale.py": "names of our tables and indexes",
    "tabard/kernel/question.py": "questions of the ORM, with their values beside them",
    "tabard/practice/posts.py": "names of columns",
    "tabard/practice/unfold.py": "names of tables",
}
# Where patterns are: of letters that are written in our own rules.
BUILT_PATTERNS = {"tabard/connectors/text/live.py", "tabard/connectors/verdict.py"}
# The one reader of YAML, which is given the safe loader by its faster name.
SAFE_READER = "tabard/register/imports/reading.py"


def _calls() -> Iterator[tuple[str, ast.Call, str]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path, node, ast.unparse(node.func)


def _named(path: str, node: ast.Call) -> str:
    return f"{path}:{node.lineno}"


def _is_built(text: ast.expr) -> bool:
    """Whether a text is put together from something that is no constant of the module."""
    if isinstance(text, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) and not _fixed(part.value) for part in text.values)
    if isinstance(text, ast.BinOp):
        return _is_built(text.left) or _is_built(text.right) or not (_fixed(text.left) and _fixed(text.right))
    return isinstance(text, ast.Call) and ast.unparse(text.func).endswith(".format")


def _fixed(value: ast.expr) -> bool:
    """A literal, or a name in capitals: written by us."""
    if isinstance(value, ast.JoinedStr | ast.BinOp):
        return not _is_built(value)
    name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    return isinstance(value, ast.Constant) or name.strip("_").isupper()


EVALUATES = re.compile(
    r"^(eval|exec|compile|__import__|os\.system|os\.popen|pickle\.\w+|marshal\.\w+|shelve\.open"
    r"|yaml\.(load|unsafe_load|full_load)|subprocess\.getoutput|Template|engines\W.*from_string)$"
)


def test_no_shell_is_started_and_nothing_is_evaluated():
    found = [
        _named(path, node) for path, node, name in _calls() if EVALUATES.match(name) and path != SAFE_READER
    ]
    found += [
        _named(path, node)
        for path, node, _name in _calls()
        for given in node.keywords
        if given.arg == "shell" and ast.unparse(given.value) != "False"
    ]
    assert found == []


def test_no_question_to_the_database_is_put_together_from_text():
    found = {
        _named(path, node)
        for path, node, name in _calls()
        if name.rpartition(".")[2] in {"execute", "executemany", "raw", "RawSQL", "extra"}
        and node.args
        and _is_built(node.args[0])
    }
    assert {f for f in found if f.rpartition(":")[0] not in BUILT_QUESTIONS} == set()


def test_no_pattern_is_made_from_what_people_wrote():
    found = {
        _named(path, node)
        for path, node, name in _calls()
        if re.match(r"^re\.(compile|match|search|sub|findall|fullmatch|split|finditer)$", name)
        and node.args
        and _is_built(node.args[0])
    }
    assert {f for f in found if f.rpartition(":")[0] not in BUILT_PATTERNS} == set()


def _imports() -> Iterator[tuple[str, str]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((path, each.name) for each in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((path, f"{node.module}.{each.name}") for each in node.names)


WEAK = re.compile(r"\b(ECB|ARC4|TripleDES|Blowfish|CBC|PKCS1v15|MD5|SHA1)\b|\.(md5|sha1|new)$", re.I)
# What is not for keeping secrets, with why it may be weak.
NO_SECRET = {
    "tabard/access/saml/signed.py": "names of algorithms, among them those that are refused",
    "tabard/access/saml/opened.py": "the padding of RSA-OAEP (RFC 8017, B.1): collisions are no help",
    "tabard/practice": "the invented network of a trial",
    "tabard/kernel/arms.py": "draws shields",
}


def test_no_cryptography_but_that_of_known_libraries():
    known = ("cryptography.", "hashlib", "hmac", "secrets", "jwt", "argon2")
    used = {(p, n) for p, n in _imports() if re.search(r"crypt|cipher|hashlib|hmac|(^|\.)jwt|argon", n)}
    assert {
        f"{p}: {n}" for p, n in used if not n.startswith((*known, "tabard.", "django.", "allauth."))
    } == set()
    weak = {
        _named(path, node) for path, node, name in _calls() if re.search(r"^hashlib\.(md5|sha1|new)$", name)
    }
    weak |= {f"{p}: {n}" for p, n in _imports() if WEAK.search(n) and n.startswith(known)}
    assert {w for w in weak if not w.startswith(tuple(NO_SECRET))} == set()


def test_nothing_random_comes_from_a_guessable_source():
    guessable = {p for p, n in _imports() if n == "random" or n.startswith("random.")}
    allowed = ("tabard/demo/", "tabard/practice/", "tabard/kernel/arms")
    assert {p for p in guessable if not p.startswith(allowed)} == set()


def test_every_dependency_is_pinned_by_its_digest():
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        pins = re.split(r"^(?=[\w.\-]+[\[=])", path.read_text(), flags=re.M)[1:]
        assert pins, path
        assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == [], path
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text())
    loose = [
        n for n, each in lock["packages"].items() if n and not each.get("link") and "integrity" not in each
    ]
    assert loose == []


def test_nothing_but_the_program_is_in_an_image():
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".local"} <= {name.strip("/") for name in left_out}


SECRET = re.compile(r"(password|secret|token|api_?key|seed|otp)", re.I)


def test_no_secret_is_asked_for_in_an_address():
    document = json.loads((ROOT / "tests/openapi.json").read_text())
    asked = {
        f"{path} {given['name']}"
        for path, methods in document["paths"].items()
        for operation in methods.values()
        for given in operation.get("parameters", [])
        if SECRET.search(given["name"]) and not given["name"].endswith("_id")
    }
    assert asked == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/static/", "/static/built/", "/media/", "/.git/config", "/static/../.git/config"]
)
def test_no_folder_is_listed(client, address):
    assert client.get(address).status_code in {302, 404}


# Where scripts write to a name that is computed, and why no name is somebody's.
COMPUTED = {"passkey.js": "names of the answer of an authenticator, written down there"}
WRITES = re.compile(r"^(?!\s*(?:const|let)\b).*\w\]\s*=(?![=>])", re.M)


def test_no_script_writes_to_names_that_others_chose():
    """Which is how a prototype is changed for everything; nor are objects melted together."""
    scripts = {path.name: path.read_text() for path in (ROOT / "frontend/src").rglob("*.js")}
    assert len(scripts) > 10
    assert {name for name, text in scripts.items() if WRITES.search(text)} == set(COMPUTED)
    melted = re.compile(
        r"__proto__|\.prototype\b|Object\.(?:assign|setPrototypeOf)|for\s*\(\s*\w+\s+\w+\s+in\b"
    )
    assert {name for name, text in scripts.items() if melted.search(text)} == set()


def test_only_pages_are_led_on_to_tls():
    """Of the proxy that is shown: a program that calls without TLS is refused, so that somebody notices."""
    shown = (ROOT / "docs/how-to/run-in-production.md").read_text()
    plain = shown[shown.index("listen 80;") :].partition("```")[0]
    for address in ("/api/", "/scim/"):
        assert re.search(rf"location {address}\s+{{ return 403; }}", plain)
