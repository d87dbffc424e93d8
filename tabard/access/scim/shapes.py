"""What is served: people with the extension of enterprises, groups, and what the protocol of ours can do."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    Email,
    ETag,
    Extension,
    Filter,
    Group,
    Mutability,
    Patch,
    Reference,
    Required,
    ResourceType,
    SchemaExtension,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    User,
)
from scim2_models.resources.resource import AnyExtension

MOST_RESULTS = 500
MOST_OPERATIONS = 1000
LARGEST_BULK = 8 * 1024 * 1024
LARGEST = 2 * 1024 * 1024


class Manager(ComplexAttribute):
    """Directories give the id alone, whatever the schema says of `$ref`."""

    value: Annotated[str | None, Required.true, CaseExact.true] = None
    ref: Annotated[Reference[User] | None, Required.false] = Field(  # type: ignore[type-arg]
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    display_name: Annotated[str | None, Mutability.read_only] = None


class Enterprise(Extension):
    """What the extension of enterprises says of somebody."""

    __schema__ = URN("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")

    employee_number: str | None = None
    cost_center: str | None = None
    organization: str | None = None
    division: str | None = None
    department: str | None = None
    manager: Manager | None = None


class Mail(Email):
    """E-mails as they come: inside a company there are domains that the public net does not know."""

    value: str | None = None


class Somebody(User[AnyExtension]):
    """A person, as directories describe them."""

    emails: list[Mail] | None = None  # type: ignore[assignment]


# They are published under the names that the RFC has for them.
Somebody.__name__, Enterprise.__name__, Mail.__name__ = "User", "EnterpriseUser", "Email"
PEOPLE: Any = Somebody[Enterprise]


def provider() -> ScimProvider:
    """What the three pages of discovery publish, and what is tolerated of the dialects in the field."""
    config = ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=True, max_operations=MOST_OPERATIONS, max_payload_size=LARGEST_BULK),
        filter=Filter(supported=True, max_results=MOST_RESULTS),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=True),
        etag=ETag(supported=True),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer token",
                description="A token made by `tabard access scim-token` or on the page of the directory.",
                primary=True,
            )
        ],
    )
    policy = ScimPolicy(
        unknown=ScimPolicy.Unknown.ignore,
        remove_value_as_filter=ScimPolicy.RemoveValue.apply,
        unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
    )
    people = ResourceType(
        id="User",
        name="User",
        description="People",
        endpoint=Reference("/Users"),
        schema=Reference(str(Somebody.__schema__)),
        schema_extensions=[SchemaExtension(schema=Reference(str(Enterprise.__schema__)), required=False)],
    )
    groups = ResourceType.from_resource(Group)
    return ScimProvider([Somebody, Group, Enterprise], [people, groups], config, policy)
