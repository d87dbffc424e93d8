"""What follows a post, in the composer: the parts of its form, and the buttons that change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import QueryDict

from tabard.kernel import text
from tabard.posts import actions

if TYPE_CHECKING:
    from tabard.posts.models import Variant

Parts = list[dict[str, Any]]
# More than any platform takes; what is wrong with so many is said by the checks.
MOST = 100


def thread_of(posted: QueryDict) -> Parts:
    """The parts of the form, as the button that was pressed leaves them."""
    count = min(text.number(posted.get("parts", "")) or 0, MOST)
    there: Parts = [
        {
            "text": posted.get(f"part-{n}", ""),
            "attachment_ids": text.numbers(posted.getlist(f"files-{n}")),
        }
        for n in range(1, count + 1)
    ]
    return _changed(there, posted.get("do", ""))


def _changed(there: Parts, do: str) -> Parts:
    """`add`, or `up`, `down` and `remove` with the number of a part."""
    word, _dash, given = do.partition("-")
    at = (text.number(given) or 0) - 1
    if word == "add":
        return [*there, {"text": "", "attachment_ids": []}]
    if not 0 <= at < len(there):
        return there
    part = there.pop(at)
    if word == "remove":
        return there
    to = {"up": at - 1, "down": at + 1}.get(word, at)
    there.insert(max(to, 0), part)
    return there


def after(request: Any, variant: Variant, do: str) -> str:
    """Do what the button says beyond the parts themselves; where the page opens then."""
    word, _dash, given = do.partition("-")
    at = text.number(given) or 0
    if word == "split":
        actions.split_variant(request.actor, variant.post, variant=variant)
        return "#parts"
    if word == "add":
        return f"#part-{(text.number(request.POST.get('parts', '')) or 0) + 1}-text"
    return f"#part-{max(at + {'up': -1, 'down': 1}.get(word, -1), 1)}-text" if at else "#parts"
