"""What of an answer moves by itself: figures and states that no person sets, as the followers of a channel.

Whoever read a thing and changes it has not missed anything when only these have moved since. They are marked
where the shape of the answer is written, `followers: ByItself[int | None]`, and nowhere else.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, TypeVar, cast, get_args

from pydantic import BaseModel, Field

T = TypeVar("T")
MARK = "x-moves-by-itself"
ByItself = Annotated[T, Field(json_schema_extra={MARK: True})]


@cache
def drifting(shape: Any) -> dict[str, Any]:
    """Fields of a shape that move by themselves (None), or have such fields within (theirs)."""
    if not (isinstance(shape, type) and issubclass(shape, BaseModel)):
        found: dict[str, Any] = {}
        for each in get_args(shape):
            found |= drifting(each)
        return found
    within: dict[str, Any] = {}
    for name, field in shape.model_fields.items():
        extra, inner = field.json_schema_extra, cast("Any", field.annotation)
        if isinstance(extra, dict) and extra.get(MARK):
            within[name] = None
        elif deeper := drifting(inner):
            within[name] = deeper
    return within


def settled(data: Any, moving: dict[str, Any]) -> Any:
    """`data` without what moves by itself."""
    if isinstance(data, list):
        return [settled(each, moving) for each in data]
    if not isinstance(data, dict):
        return data
    return {
        name: settled(value, moving[name]) if moving.get(name) else value
        for name, value in data.items()
        if name not in moving or moving[name]
    }
