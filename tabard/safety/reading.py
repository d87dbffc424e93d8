"""Reading lists of administrators: a platform is asked in no transaction, an action keeps its answer."""

from __future__ import annotations

import logging

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tabard.access.vault import Sealed
from tabard.connectors.errors import ConnectorError
from tabard.kernel import clock, permissions
from tabard.kernel.actor import Actor, job
from tabard.kernel.errors import Conflict, Refusal
from tabard.kernel.sentences import plain_facts
from tabard.register.asking import asked
from tabard.register.connecting import SEALED
from tabard.register.models import Channel, Connection
from tabard.safety import actions
from tabard.safety.models import AdminList
from tabard.safety.platforms import readable, tells

MOST = 200  # lists at a time
BROKE = gettext_noop("Something broke here while it was read. Tell whoever runs Tabard.")
logger = logging.getLogger(__name__)


def read(by: Actor, channel: Channel) -> AdminList:
    """Ask the platform who administers the channel; what it says is kept, a list or why there is none."""
    permissions.demand(by, "vault.edit", channel)
    if not tells(channel.platform_id):
        said = _("%(platform)s does not tell who administers a channel.")
        raise Conflict(said % {"platform": channel.platform})
    try:
        found = asked(channel, lambda made, access, http: made.administrators(access, http))
    except Connection.DoesNotExist as error:
        raise Conflict(_("%(channel)s is not connected.") % {"channel": channel}) from error
    except Sealed:
        return actions.admins_not_read(by, channel, says=SEALED, facts={})
    except ConnectorError as error:
        facts = plain_facts(error.values)
        return actions.admins_not_read(by, channel, says=error.says, facts=facts, until=error.until)
    return actions.record_admins(by, channel, found=found)


def read_due() -> int:
    """Read what is due, those somebody waits for first. Gives how many were tried."""
    by, now = job("administrators", "vault.edit"), clock.now()
    due = readable().filter(Q(admin_list=None) | Q(admin_list__next_at__lte=now))
    waiting = F("admin_list__asked_at").desc(nulls_last=True)
    rows = list(due.select_related("unit", "platform", "connection").order_by(waiting, "pk")[:MOST])
    for channel in rows:
        _read_one(by, channel)
    return len(rows)


def _read_one(by: Actor, channel: Channel) -> None:
    """One list that breaks must not keep the others from being read."""
    try:
        read(by, channel)
    except Refusal as error:
        logger.warning("The administrators of %s were not read: %s", channel.pk, error.reason)
        AdminList.objects.filter(channel=channel).update(next_at=clock.now() + actions.AGAIN)
    except Exception:
        logger.exception("Reading the administrators of %s broke", channel.pk)
        actions.admins_not_read(by, channel, says=BROKE, facts={})
