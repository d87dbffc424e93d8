"""The command line: one module per command, named like it, each with a click command called `command`."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import click
from django.core.exceptions import ImproperlyConfigured

from tabard import __version__
from tabard.config.embedded import Trouble

FIRST = ["run", "stop", "demo", "doctor", "migrate", "web", "live", "worker", "practice", "register"]


class Commands(click.Group):
    """Finds the commands by their modules, so that adding one is adding a file."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Names in the order a newcomer needs them, the rest by the alphabet."""
        found = {module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")}
        return [name for name in FIRST if name in found] + sorted(found.difference(FIRST))

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of that name, loaded only now: `tabard stop` need not wait for what others import."""
        if name not in self.list_commands(context):
            return None
        command: click.Command = importlib.import_module(f"{__name__}.{name}").command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="Tabard")
def tabard() -> None:
    """Every social media account that speaks in your organisation's name, run from one place."""


def main() -> None:
    """Run the command line. A person's mistake is one sentence on stderr and exit code 2."""
    try:
        tabard(prog_name="tabard")
    except (Trouble, ImproperlyConfigured) as trouble:
        click.echo(str(trouble), err=True)
        sys.exit(2)
