"""Filters and sorting of SCIM as SQL, so that nobody is read who does not fit (RFC 7644, 3.4.2.2).

People stand in `m` (access_member) with `p` (org_person), groups in `g`. What is not a column is looked up
in the document `said`. Comparing follows the library's own evaluator: text without regard to case unless the
attribute is exact, any value of several, `ne` for none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scim2_models import AttributeBinding, InvalidFilterException, ScimFilter, SearchRequest
from scim2_models.path import (
    AttrPath,
    CompareOperator,
    Comparison,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ValuePath,
)

from tabard.access.rules import normal

_MEMBERS = """(SELECT jsonb_strip_nulls(jsonb_build_object(
    'value', ms.member_id::text, 'type', 'User', 'display', coalesce(nullif(ms.display, ''), mp.name),
    '$ref', 'Users/' || ms.member_id)) AS e, ms.id AS n
    FROM access_membership ms JOIN access_member mm ON mm.id = ms.member_id
    JOIN org_person mp ON mp.id = mm.person_id WHERE ms.group_id = g.id)"""
_GROUPS = """(SELECT jsonb_build_object('value', ms.group_id::text, 'type', 'direct', 'display', mg.name,
    '$ref', 'Groups/' || ms.group_id) AS e, ms.id AS n
    FROM access_membership ms JOIN access_directorygroup mg ON mg.id = ms.group_id
    WHERE ms.member_id = m.id)"""
_ORDERING = {
    CompareOperator.gt: ">",
    CompareOperator.ge: ">=",
    CompareOperator.lt: "<",
    CompareOperator.le: "<=",
}
_LIKE = {CompareOperator.co: "%{}%", CompareOperator.sw: "{}%", CompareOperator.ew: "%{}"}


@dataclass(frozen=True)
class Table:
    """One kind of resource: its columns by attribute, and where its lists that are rows come from."""

    kind: str
    said: str
    columns: dict[str, str]
    rows: dict[str, str]
    model: Any


def people(model: Any) -> Table:
    """People of a directory."""
    columns = {
        "id": "m.id::text",
        "externalid": "m.external_id",
        "username": "m.user_name",
        "active": "(p.left_at IS NULL)",
        "meta.created": "m.created_at",
        "meta.lastmodified": "m.changed_at",
        "meta.resourcetype": "'User'::text",
    }
    return Table("User", "m.said", columns, {"groups": _GROUPS}, model)


def groups(model: Any) -> Table:
    """Groups of a directory."""
    columns = {
        "id": "g.id::text",
        "externalid": "g.external_id",
        "displayname": "g.name",
        "meta.created": "g.created_at",
        "meta.lastmodified": "g.changed_at",
        "meta.resourcetype": "'Group'::text",
    }
    return Table("Group", "g.said", columns, {"members": _MEMBERS}, model)


@dataclass
class Question:
    """SQL in the making: values go in as parameters, names only from the models."""

    given: dict[str, Any] = field(default_factory=dict)

    def put(self, value: Any) -> str:
        name = f"v{len(self.given)}"
        self.given[name] = value
        return f"%({name})s"


def condition(table: Table, wanted: ScimFilter[Any], question: Question) -> str:
    """The filter as a condition on `table`."""
    bound: Any = ScimFilter[table.model]  # type: ignore[name-defined]
    return _Writer(table, bound(str(wanted)), question).visit(wanted.ast)


def order(table: Table, asked: SearchRequest[Any]) -> tuple[str, str] | None:
    """What to sort `table` by, and its type in SQL; None where it has no such attribute."""
    binding = asked.sort_binding(table.model) if asked.sort_by is not None else None
    if binding is None:
        return None
    source = _list(table, binding)
    if source is None:
        value = _single(table, binding)
        kind = _type(binding)
    else:
        sub = _key(binding.field_type, binding.sub_field_name or "value")
        value = (
            f"(SELECT t.e ->> '{sub}' FROM {source} t"  # noqa: S608 names of the models
            " ORDER BY coalesce((t.e ->> 'primary')::boolean, false) DESC, t.n LIMIT 1)"
        )
        kind = "text"
    return (f"lower({value})" if kind == "text" and not binding.case_exact else value), kind


class _Writer(FilterVisitor[str]):
    """Writes a filter as SQL. Inside a selection of values (`emails[...]`) names are of its elements."""

    def __init__(
        self, table: Table, bound: Any, question: Question, inside: AttributeBinding | None = None
    ) -> None:
        self.table, self.bound, self.question, self.inside = table, bound, question, inside

    def visit_not(self, node: Not) -> str:
        return f"NOT ({self.visit(node.expr)})"

    def visit_logical_expr(self, node: LogicalExpr) -> str:
        word = " AND " if node.op == LogicalOperator.and_ else " OR "
        return "(" + word.join(self.visit(term) for term in node.terms) + ")"

    def visit_value_path(self, node: ValuePath) -> str:
        binding = self.bound.resolve(node.attr_path, strict=False)
        if binding is None:
            return "false"
        within = _Writer(self.table, self.bound, self.question, binding).visit(node.val_filter)
        return f"EXISTS (SELECT FROM {_list(self.table, binding)} t WHERE {within})"

    def visit_present(self, node: Present) -> str:
        if self.inside is not None:
            return f"{_filled(self._element(node.attr_path))}"
        binding = self.bound.resolve(node.attr_path, strict=False)
        if binding is None:
            return "false"
        source = _list(self.table, binding)
        if source is None:
            return _present(self.table, binding)
        sub = (
            f"t.e ->> '{_key(binding.field_type, binding.sub_field_name)}'"
            if binding.sub_field_name
            else "t.e::text"
        )
        return f"EXISTS (SELECT FROM {source} t WHERE {_filled(sub)})"

    def visit_comparison(self, node: Comparison) -> str:
        if self.inside is not None:
            return self._element_comparison(node)
        binding = self.bound.resolve_comparison(node.attr_path, strict=False)
        if binding is None:
            return "false"
        source = _list(self.table, binding)
        if source is None:
            return self._compare(
                _single(self.table, binding), node.op, node.value, _type(binding), binding.case_exact
            )
        of = (
            f"t.e ->> '{_key(binding.field_type, binding.sub_field_name)}'"
            if binding.sub_field_name
            else "t.e #>> '{}'"
        )
        said = self._typed(of, binding, node)
        if node.op == CompareOperator.ne:
            same = self._compare(said, CompareOperator.eq, node.value, _type(binding), binding.case_exact)
            return f"NOT EXISTS (SELECT FROM {source} t WHERE {same})"
        held = self._compare(said, node.op, node.value, _type(binding), binding.case_exact)
        return f"EXISTS (SELECT FROM {source} t WHERE {held})"

    def _typed(self, of: str, binding: AttributeBinding, node: Comparison) -> str:
        return f"({of})::boolean" if _type(binding) == "boolean" else f"({of})"

    def _element(self, path: AttrPath) -> str:
        assert self.inside is not None
        name = _find(self.inside.field_type, path.attr)
        if name is None:
            return "t.e #>> '{}'" if path.attr.lower() == "value" else "NULL::text"
        return f"t.e ->> '{name[1]}'"

    def _element_comparison(self, node: Comparison) -> str:
        assert self.inside is not None
        found = _find(self.inside.field_type, node.attr_path.attr)
        exact, kind = False, "text"
        if found is not None:
            element: Any = self.inside.field_type
            exact = "true" in str(element.get_field_annotation(found[0], _case_exact()))
            kind = "boolean" if element.get_field_root_type(found[0]) is bool else "text"
        said = self._element(node.attr_path)
        return self._compare(f"({said})::{kind}", node.op, node.value, kind, exact)

    def _compare(self, said: str, op: CompareOperator, value: Any, kind: str, exact: bool) -> str:
        """One value against what was asked; true or false, never unknown, so that `not` can turn it."""
        if value is None:
            return f"({said} IS {'NOT ' if op == CompareOperator.ne else ''}NULL)"
        plain = exact or kind != "text"
        left = said if plain else f"lower({said})"
        value = _read(value, kind)
        if op in _LIKE:
            asked = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            right = self.question.put(_LIKE[op].format(asked))
            return f"coalesce({left} LIKE {right if plain else f'lower({right})'}, false)"
        right = f"{self.question.put(value)}::{kind}"
        right = right if plain else f"lower({right})"
        if op == CompareOperator.ne:
            return f"({left} IS DISTINCT FROM {right})"
        if op == CompareOperator.eq:
            return f"({left} IS NOT NULL AND {left} = {right})"
        by = ' COLLATE "C"' if kind == "text" else ""
        return f"coalesce({left}{by} {_ORDERING[op]} {right}{by}, false)"


def _read(value: Any, kind: str) -> Any:
    """What was asked for, in the type of the attribute."""
    if kind == "timestamptz":
        return _moment(value)
    if kind == "boolean":
        if not isinstance(value, bool):
            raise InvalidFilterException(detail="This attribute is true or false")
        return value
    return normal(value) if isinstance(value, str) else str(value).lower()


def _moment(value: Any) -> datetime:
    try:
        return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InvalidFilterException(detail="Give a moment as 2026-11-23T12:00:00Z") from error


def _filled(said: str) -> str:
    return f"coalesce({said}, '') <> ''"


def _case_exact() -> Any:
    from scim2_models import CaseExact

    return CaseExact


def _key(model: Any, name: str | None) -> str:
    """An attribute's name in documents, by its name in Python."""
    return str(model.model_fields[name].serialization_alias or name)


def _find(model: Any, said: str) -> tuple[str, str] | None:
    """An attribute of a complex one: its name in Python and in documents."""
    for name in getattr(model, "model_fields", {}):
        if _key(model, name).lower() == said.lower():
            return name, _key(model, name)
    return None


def _where(table: Table, binding: AttributeBinding) -> str:
    """The document that an attribute stands in: of the resource, or of its extension."""
    if issubclass(binding.model, table.model):
        return table.said
    return f"({table.said} -> '{binding.model.__schema__}')"  # type: ignore[attr-defined]


def _list(table: Table, binding: AttributeBinding) -> str | None:
    """Where the elements of an attribute of several values come from; None for one that has one."""
    if not binding.is_multivalued:
        return None
    name = _key(binding.model, binding.field_name)
    if name.lower() in table.rows:
        return table.rows[name.lower()]
    held = f"{_where(table, binding)} -> '{name}'"
    return (
        f"(SELECT t0.e, t0.n FROM jsonb_array_elements(CASE jsonb_typeof({held}) WHEN 'array' THEN {held}"  # noqa: S608
        " ELSE '[]' END) WITH ORDINALITY AS t0(e, n))"
    )


def _single(table: Table, binding: AttributeBinding) -> str:
    """The value of an attribute that has one."""
    name = _key(binding.model, binding.field_name)
    whole = name
    if binding.sub_field_name:
        whole = f"{name}.{_key(binding.field_type, binding.sub_field_name)}"
    own = issubclass(binding.model, table.model)
    if own and whole.lower() in table.columns:
        return table.columns[whole.lower()]
    found = f"({_where(table, binding)} #>> '{{{whole.replace('.', ',')}}}')"
    return f"{found}::boolean" if _type(binding) == "boolean" else found


def _present(table: Table, binding: AttributeBinding) -> str:
    name = _key(binding.model, binding.field_name)
    own = issubclass(binding.model, table.model)
    if own and name == "meta" and not binding.sub_field_name:
        return "true"
    if _type(binding) != "text":
        return f"({_single(table, binding)} IS NOT NULL)"
    complex_whole = not binding.sub_field_name and hasattr(binding.field_type, "model_fields")
    said = _single(table, binding)
    return f"({_filled(said)} AND {said} <> '{{}}')" if complex_whole else f"({_filled(said)})"


def _type(binding: AttributeBinding) -> str:
    target = binding.target_type
    if target is bool:
        return "boolean"
    return "timestamptz" if target is datetime else "text"
