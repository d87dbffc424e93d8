"""`tabard access`: what is done about access on the machine itself."""

from __future__ import annotations

from datetime import UTC, datetime, time

import click

from tabard.cli import _ready
from tabard.cli._start import Refused, django, reaching_database


@click.group("access", short_help="Make tokens of directories; let somebody in when nobody can sign in.")
def command() -> None:
    """Access, with the machine in hand."""


@command.command("break-glass")
@click.argument("email")
@click.option("--reason", required=True, help="What happened; every owner reads it.")
@click.option("--hours", type=click.IntRange(1, 4), default=4, show_default=True)
@click.option("--forget-factors", is_flag=True, help="Take away their second factors too, if those are lost.")
def break_glass(email: str, reason: str, hours: int, forget_factors: bool) -> None:
    """Give EMAIL owner rights over everything for some hours, and print a link to set a password.

    Every owner is told by mail and on Today, it stands in the audit log, and somebody must review it.
    """
    django()
    from tabard.access import emergency_door
    from tabard.kernel.errors import Refusal

    with reaching_database(tables=True):
        if _ready.is_empty():
            raise Refused("There is no organisation here yet.")
        try:
            link = emergency_door.open_for(email, reason=reason, hours=hours, forget_factors=forget_factors)
        except Refusal as error:
            raise Refused(error.reason) from error
    click.echo(f"Owner rights hold for {hours} hours. Set a password with this link, once, then sign in.")
    click.echo("The link holds for ten minutes:")
    click.echo(link)


@command.command("scim-token")
@click.argument("name")
@click.option(
    "--unit", "slug", default="", help="Where its people land, by slug; the organisation if not said."
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Its last day (UTC); a year if not said.")
def scim_token(name: str, slug: str, until: datetime | None) -> None:
    """Print a new SCIM token of the directory NAME, once. A directory of that name is added if there is none.

    Enter it in the directory, with the address of this installation and /scim/v2 behind it.
    """
    django()
    from django.conf import settings

    from tabard.access.actions import add_directory, make_directory_token
    from tabard.access.queries import directory_named
    from tabard.kernel.actor import command_line
    from tabard.kernel.errors import Refusal
    from tabard.org.queries import unit_in_scope
    from tabard.org.tree import root

    by = command_line()
    with reaching_database(tables=True):
        if _ready.is_empty():
            raise Refused("There is no organisation here yet. Run `tabard found` or `tabard demo` first.")
        try:
            unit = unit_in_scope(by, slug) if slug else root(by)
            found = directory_named(name) or add_directory(by, unit, name=name)
            end = datetime.combine(until, time.max, UTC) if until else None
            token = make_directory_token(by, found, ends_at=end)
        except Refusal as error:
            raise Refused(error.reason) from error
    click.echo(token.key)
    click.echo(
        f"The address is {settings.PUBLIC_URL}/scim/v2. The token is shown this once and ends on"
        f" {token.ends_at:%Y-%m-%d}; owners hear of it 30 and 7 days before.",
        err=True,
    )
