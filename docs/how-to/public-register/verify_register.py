#!/usr/bin/env python3
"""Check a downloaded public register of Tabard: is it signed by a key you trust, and still good?

    curl -O https://tabard.example/official/register.json
    python3 verify_register.py register.json --key=BASE64 [--key=BASE64 ...]

Stands alone: the standard library and `cryptography`, nothing of Tabard. `--key` is a public key that you
have from somewhere else than the file, or have kept since the last time. Without one the keys in the file
are believed, which tells only that it was not damaged. Exit code 0: good; 1: not; 2: could not be read.
"""

import argparse
import base64
import datetime
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ESCAPES = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def quoted(text):
    out = ['"']
    for letter in text:
        code = ord(letter)
        if 0xD800 <= code <= 0xDFFF:
            raise ValueError("half of a character in a string")
        out.append(ESCAPES.get(code) or (f"\\u{code:04x}" if code < 32 else letter))
    return "".join([*out, '"'])


def one_form(value):
    """The one form of JSON (RFC 8785), for what such a register holds: it has no fractions."""
    if value is True or value is False or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(one_form, value)) + "]"
    if isinstance(value, dict):
        # In the order of UTF-16: by 16-bit units, of which some characters have two.
        order = sorted(value, key=lambda name: list(memoryview(name.encode("utf-16-le")).cast("H")))
        return "{" + ",".join(quoted(name) + ":" + one_form(value[name]) for name in order) + "}"
    raise ValueError(f"a register holds no {type(value).__name__}")


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def moment(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.UTC)


def once(pairs):
    """An object; two members of one name would be read in two ways."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def why_not(document, trusted, now):
    """What is wrong; nothing if all is well."""
    made, expires = moment(document["made"]), moment(document["expires"])
    signatures = document.pop("signatures")
    keys = {key["id"]: key for key in document["keys"]}
    written = one_form(document).encode()
    for signature in signatures:
        key = keys.get(signature["key"])
        if key is None or signature["algorithm"] != "Ed25519":
            continue
        if trusted and decoded(key["public"]) not in trusted:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(decoded(key["public"])).verify(
                decoded(signature["value"]), written
            )
        except InvalidSignature:
            return "the signature does not fit: the file was changed after it was signed"
        if key["revoked"]:
            return "the key that signed it was revoked"
        if made < moment(key["from"]) or (key["until"] and made > moment(key["until"])):
            return "the key did not sign at that time"
        if now > expires:
            return f"it was good until {document['expires']}: load a fresh one"
        return ""
    return "no key that you trust has signed it"


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("file")
    asked.add_argument("--key", action="append", default=[], help="a public key that you trust")
    asked.add_argument("--at", help="the moment to judge by, as 2026-11-23T12:00:00Z; now if left out")
    given = asked.parse_args()
    now = moment(given.at) if given.at else datetime.datetime.now(datetime.UTC)
    try:
        with open(given.file, encoding="utf-8") as file:
            document = json.load(file, object_pairs_hook=once)
        said = why_not(document, {decoded(key) for key in given.key}, now)
        count = len(document["channels"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.stderr.write(f"{given.file} cannot be read: {error}\n")
        return 2
    if said:
        sys.stderr.write(f"NOT GOOD: {said}\n")
        return 1
    trust = "" if given.key else " by a key that stands in the file itself"
    sys.stdout.write(f"good: edition {document['edition']} of {document['made']}, {count} channels{trust}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
