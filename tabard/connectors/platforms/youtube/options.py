"""What an author may set for a video."""

from __future__ import annotations

from tabard.connectors.card import Option
from tabard.connectors.words import _

PUBLIC, UNLISTED, PRIVATE = "public", "unlisted", "private"

# The numbers are the same everywhere; in some countries a few of them are not offered.
CATEGORIES = (
    ("1", _("Film and animation")),
    ("2", _("Cars and vehicles")),
    ("10", _("Music")),
    ("15", _("Pets and animals")),
    ("17", _("Sport")),
    ("19", _("Travel and events")),
    ("20", _("Games")),
    ("22", _("People and blogs")),
    ("23", _("Comedy")),
    ("24", _("Entertainment")),
    ("25", _("News and politics")),
    ("26", _("How-to and style")),
    ("27", _("Education")),
    ("28", _("Science and technology")),
    ("29", _("Charities and activism")),
)

OPTIONS = (
    Option("title", _("Title"), "text", required=True, most=100, help=_("Without < and >.")),
    Option("tags", _("Tags"), "text", most=700, help=_("Separated by commas; 500 characters in all.")),
    Option("category", _("Category"), choices=CATEGORIES, default="22"),
    Option(
        "privacy",
        _("Who sees it"),
        choices=(
            (PUBLIC, _("Everybody")),
            (UNLISTED, _("Whoever has the link")),
            (PRIVATE, _("Only those who are invited at YouTube")),
        ),
        default=PUBLIC,
    ),
    Option(
        "kids",
        _("Made for children"),
        choices=(("channel", _("As the channel is set there")), ("no", _("No")), ("yes", _("Yes"))),
        default="channel",
        help=_("The law asks for it. Under a video for children there are no comments."),
    ),
    Option(
        "license",
        _("Licence"),
        choices=(("youtube", _("YouTube's own")), ("creativeCommon", _("Creative Commons, attribution"))),
        default="youtube",
    ),
    Option("spoken", _("Language that is spoken"), "text", most=35, help=_("As bg or en-GB.")),
    Option("notify", _("Tell subscribers"), "flag", default=True),
    Option("embeddable", _("May be shown on other sites"), "flag", default=True),
    Option("synthetic", _("Shows made-up things as if they were real"), "flag", default=False),
)
