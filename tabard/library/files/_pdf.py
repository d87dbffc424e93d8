"""Run as a program of its own, without rights: looks through a PDF and prints what it found.

Every object is looked at, not only those that a page leads to: what a reader would never show, it may run.
"""

import json
import sys
from typing import Any

ACTIVE = {"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA", "/Movie"}
ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE", "/Rendition"}


def main(path: str, *places: str) -> None:
    sys.path[:0] = places
    from pypdf import PdfReader

    with open(path, "rb") as file:
        reader = PdfReader(file, strict=False)
        if reader.is_encrypted:
            sys.stdout.write(json.dumps({"locked": True}))
            return
        page = reader.pages[0].mediabox
        turned = (reader.pages[0].rotation or 0) % 180 == 90
        size = (float(page.width), float(page.height))
        told = reader.metadata
        title = str(told.title) if told and told.title else ""
        found = {
            "pages": len(reader.pages),
            "title": title[:200],
            "size": size[::-1] if turned else size,
            "active": active(reader),
        }
        sys.stdout.write(json.dumps(found))


def active(reader: Any) -> bool:
    """Whether anything in it runs, opens or brings something."""
    from pypdf.generic import DictionaryObject, IndirectObject

    numbers = {(n, g) for g, places in reader.xref.items() for n in places}
    numbers |= {(n, 0) for n in reader.xref_objStm}
    for number, generation in numbers:
        try:
            found = reader.get_object(IndirectObject(number, generation, reader))
        except Exception:  # noqa: BLE001, S112 what cannot be read is shown by no reader either
            continue
        if isinstance(found, DictionaryObject) and deep(found):
            return True
    return deep(reader.trailer)


def deep(found: Any, left: int = 12) -> bool:
    """Whether a dictionary, or one written inside it, is or has something active."""
    from pypdf.generic import ArrayObject, DictionaryObject

    if left and isinstance(found, ArrayObject):
        return any(deep(each, left - 1) for each in list.__iter__(found))
    if not left or not isinstance(found, DictionaryObject):
        return False
    if ACTIVE & set(found) or found.get("/S") in ACTIONS or found.get("/Type") == "/EmbeddedFile":
        return True
    return any(deep(each, left - 1) for each in dict.values(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
