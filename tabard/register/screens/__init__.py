"""Screens of the register: the list with its panel, one channel, connecting, importing."""

from tabard.kernel.screen import screen
from tabard.register.screens import change, connect, lists

CHANNEL = "register/<int:channel_id>/"

urlpatterns = [
    screen("register/", lists.index, may="channels.see", name="register"),
    screen("register/csv/", lists.export, may="channels.see", name="register_csv", page=False),
    screen("register/new/", change.new, may="channels.edit", name="channel_new", does="channel.add"),
    screen(CHANNEL, lists.channel, may="channels.see", name="channel"),
    screen(
        CHANNEL + "change/", change.change, may="channels.edit", name="channel_change", does="channel.change"
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
]
