"""`tabard found`: the first step of a real installation, the organisation and its first owner."""

from __future__ import annotations

import click

from tabard.cli._start import Refused, django, reaching_database


@click.command()
@click.argument("organisation")
@click.option("--owner", required=True, help="Name of the first owner, who can invite all others.")
@click.option("--email", required=True, help="Their e-mail address, with which they sign in.")
@click.option("--zone", default="UTC", show_default=True, help="Time zone, such as Europe/Sofia.")
@click.option(
    "--second-factor/--no-second-factor",
    default=True,
    show_default=True,
    help="Whether everybody needs one, until a policy says otherwise.",
)
@click.password_option(help="Their password, at least 12 characters. Asked for if left out.")
def command(organisation: str, owner: str, email: str, zone: str, second_factor: bool, password: str) -> None:
    """Found ORGANISATION in an empty database, with its first owner."""
    django()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    from tabard.kernel import clock
    from tabard.kernel.actor import command_line
    from tabard.kernel.errors import Refusal
    from tabard.org.models import Person, Unit
    from tabard.org.setup import found

    try:
        validate_email(email)
        with reaching_database(tables=True):
            if Unit.objects.exists():
                raise Refused("An organisation has been founded here already.")
            # Neither they nor the organisation are there yet, but their names are no passwords already.
            validate_password(password, Person(name=owner, email=email, title=organisation))
            root = Unit(name=organisation, zone=clock.known_zone(zone))
            found(
                command_line(),
                root,
                owner_name=owner,
                owner_email=email,
                password=password,
                second_factor=second_factor,
            )
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    except Refusal as error:
        raise Refused(str(error)) from error
    click.echo(f"{organisation} is founded. {owner} signs in as {email}.")
    if second_factor:
        click.echo("The first sign-in asks for a second factor: an app for codes, or a passkey.")
