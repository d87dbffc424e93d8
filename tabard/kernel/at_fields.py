"""What is wrong with a field is said at the field, on every page, whatever its template says of it.

A page drawn again because of what was typed gets, for each field named in `wrong`, the sentence before
the field, and the field is tied to it for those who hear the page. In one place, so that no form can forget.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

FORM = re.compile(r"<form\b.*?</form>", re.S)
BOX = re.compile(r'<(?:input|select|textarea)\b[^>]*?\sname="([^"]*)"[^>]*>')
DESCRIBED = re.compile(r'\saria-describedby="([^"]*)"')
# Boxes that people write or choose in; what is ticked has its sentence above, with the others.
UNWRITTEN = re.compile(r'\stype="(?:hidden|checkbox|radio|submit|file)"')


def at_fields(page: str, wrong: Mapping[str, Sequence[str]], sent: Iterable[str]) -> str:
    """`page` with the sentences of `wrong` at their fields, in the form that has most of the names `sent`."""
    names = set(sent)
    found = max(FORM.finditer(page), key=lambda each: len(names & set(BOX.findall(each[0]))), default=None)
    if found is None:
        return page
    form = found[0]
    for name, said in wrong.items():
        form = _at(form, name, said)
    return page[: found.start()] + form + page[found.end() :]


def _at(form: str, name: str, said: Sequence[str]) -> str:
    for found in BOX.finditer(form):
        tag = found[0]
        if found[1] != name or UNWRITTEN.search(tag):
            continue
        if "aria-invalid" in tag:  # its template does so itself
            return form
        ident = f"{name}-wrong"
        if described := DESCRIBED.search(tag):
            ident_list = f"{described[1]} {ident}"
            tag = tag.replace(described[0], "")
        else:
            ident_list = ident
        start = re.match(r"<\w+", tag)[0]  # type: ignore[index]  # a tag begins like one
        tag = f'{start} aria-invalid="true" aria-describedby="{ident_list}"{tag[len(start) :]}'
        sentence = f'<div class="wrong" id="{ident}">{" ".join(escape(str(each)) for each in said)}</div>'
        before, after = form[: found.start()], form[found.end() :]
        around = before.rfind('<div class="field"')
        if around >= 0 and "</div>" not in before[around:]:
            before = before[:around] + before[around:].replace('class="field"', 'class="field has-wrong"', 1)
        return before + sentence + tag + after
    return form
