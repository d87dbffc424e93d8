"""Screens of the register: the list with its panel, one channel, connecting, importing."""

from tabard.attestation import screens as rounds
from tabard.kernel.permissions import SIGNED_IN
from tabard.kernel.screen import screen
from tabard.register.screens import change, connect, doubts, findings, imports, lists, sharing, then, who

CHANNEL = "register/<int:channel_id>/"

urlpatterns = [
    *findings.urlpatterns,
    screen("who/", who.index, may="grants.see", name="who"),
    screen("who/csv/", who.export, may="grants.see", name="who_csv", page=False),
    screen("register/", lists.index, may="channels.see", name="register"),
    screen("register/csv/", lists.export, may="channels.see", name="register_csv", page=False),
    screen("register/attestation/", rounds.of_kind("register"), may=SIGNED_IN, name="attestation"),
    screen("register/doubts/", doubts.index, may="channels.see", name="doubts"),
    screen("register/doubts/csv/", doubts.export, may="channels.see", name="doubts_csv", page=False),
    screen(
        "register/doubts/<int:doubt_id>/",
        doubts.doubt,
        may="channels.see",
        name="doubt",
        does="doubt.decide",
    ),
    screen("register/then/", then.day, may="channels.see", name="register_then"),
    screen("register/then/csv/", then.day_csv, may="channels.see", name="register_then_csv", page=False),
    screen("register/changes/", then.changes, may="channels.see", name="register_changes"),
    screen(
        "register/changes/csv/",
        then.changes_csv,
        may="channels.see",
        name="register_changes_csv",
        page=False,
    ),
    screen("register/new/", change.new, may="channels.edit", name="channel_new", does="channel.add"),
    screen(CHANNEL, lists.channel, may="channels.see", name="channel"),
    screen(
        CHANNEL + "change/", change.change, may="channels.edit", name="channel_change", does="channel.change"
    ),
    screen(
        CHANNEL + "second/",
        sharing.second,
        may="channels.edit",
        name="channel_second",
        does=("channel.share", "channel.hand_over"),
    ),
    screen(
        CHANNEL + "move/",
        change.move,
        may="channels.edit",
        name="channel_move",
        does="channel.move",
    ),
    screen(
        CHANNEL + "state/",
        change.state,
        may="channels.edit",
        name="channel_state",
        does="channel.set_state",
        page=False,
    ),
    screen(
        CHANNEL + "connect/",
        connect.connect,
        may="channels.connect",
        name="channel_connect",
        does="channel.connect",
    ),
    screen(
        CHANNEL + "check/",
        connect.check,
        may="channels.connect",
        name="channel_check",
        does=("channel.check", "channel.check_failed"),
        page=False,
    ),
    screen(
        CHANNEL + "disconnect/",
        connect.disconnect,
        may="channels.connect",
        name="channel_disconnect",
        does="channel.disconnect",
        page=False,
    ),
    screen(
        "register/connected/",
        connect.returned,
        may="channels.connect",
        name="channel_connected",
        does="channel.connect",
        page=False,
    ),
    screen(
        "register/imports/",
        imports.index,
        may="channels.import",
        name="imports",
        does=("import.start", "import.check", "import.fail"),
    ),
    screen("register/imports/csv/", imports.export, may="channels.import", name="imports_csv", page=False),
    screen("register/imports/<int:import_id>/", imports.one, may="channels.import", name="import"),
    screen(
        "register/imports/<int:import_id>/columns/",
        imports.columns,
        may="channels.import",
        name="import_columns",
        does="import.columns",
        page=False,
    ),
    screen(
        "register/imports/<int:import_id>/write/",
        imports.write,
        may="channels.import",
        name="import_write",
        does=("import.begin", "import.write", "import.fail"),
        page=False,
    ),
    screen(
        "register/imports/<int:import_id>/refused/",
        imports.refused,
        may="channels.import",
        name="import_refused",
        page=False,
    ),
]
