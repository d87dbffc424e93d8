"""What a platform can do, as data: the composer's counter, the checks, the sender and the docs read this.

Lengths are in the unit named beside them, files in bytes, times in seconds. Every number of a platform has
its source and date in that platform's NOTES.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tabard.connectors.words import _

if TYPE_CHECKING:
    from tabard.connectors.text.live import Live


class Ability(StrEnum):
    """What a connector can do beyond being there; each has a protocol in `base.py`."""

    CONNECTS = "connects"
    AUTHORISES = "authorises"
    PUBLISHES = "publishes"
    EDITS = "edits"
    DELETES = "deletes"
    CONVERSES = "converses"
    MEASURES = "measures"
    LISTS_ADMINS = "lists_admins"
    RENEWS = "renews"
    REVOKES = "revokes"
    MODERATES = "moderates"
    HEARS = "hears"
    COUNTS = "counts"


class Act(StrEnum):
    """What a channel may do with something that was said to it, beside answering."""

    HIDE = "hide"
    SHOW = "show"
    LIKE = "like"
    UNLIKE = "unlike"
    DELETE = "delete"
    BLOCK = "block"  # its author
    UNBLOCK = "unblock"


class Proof(StrEnum):
    """How one can be sure whether a post went out; the first that holds is the one to name."""

    OWN_ID = "own_id"  # we choose the post's id: a repeat writes the same post
    IDEMPOTENCY_KEY = "idempotency_key"  # a repeated key gives the first post
    LOOKUP = "lookup"  # the channel's own posts can be read back and compared
    NONE = "none"  # only a person can tell


class CountedIn(StrEnum):
    """What one of a text's limit is."""

    GRAPHEMES = "graphemes"
    UTF16 = "utf16"
    BYTES = "bytes"
    CODEPOINTS = "codepoints"
    WEIGHTED = "weighted"  # by X's own library: `text.x.weight`
    EMOJI_BYTES = "emoji_bytes"  # an emoji the bytes it takes in UTF-8, everything else one
    LITTLE_TEXT = "little_text"  # as LinkedIn is sent it, with a backslash before reserved letters


class Per(StrEnum):
    """What a budget belongs to."""

    CHANNEL = "channel"
    APP = "app"
    PLATFORM = "platform"


class Secret(StrEnum):
    """How a channel is connected."""

    APP_PASSWORD = "app_password"  # noqa: S105 the name of a kind, not a password
    TOKEN = "token"  # noqa: S105 the name of a kind, not a token
    OAUTH2 = "oauth2"


@dataclass(frozen=True)
class Field:
    """Something a person fills in to connect a channel. `kind`: text, secret or server (a host or URL)."""

    name: str
    label: str
    kind: str = "text"
    help: str = ""
    example: str = ""
    default: str = ""
    required: bool = True
    advanced: bool = False


@dataclass(frozen=True)
class Auth:
    """One way to connect. `scopes`: what must be granted for an ability; `expires`: it ends by itself."""

    kind: Secret
    label: str
    fields: tuple[Field, ...]
    scopes: Mapping[Ability, tuple[str, ...]] = field(default_factory=dict)
    help: str = ""
    expires: bool = False


CLIENT = (
    Field("client_id", _("Client ID")),
    Field("client_secret", _("Client secret"), "secret"),
)


@dataclass(frozen=True)
class App:
    """What an installation needs of the platform once, before anybody can sign in there.

    `console`: the address where an app is made. `steps`: what to do there, one thing each, in order.
    `review`: what the platform asks before the app may serve others than its makers; empty if nothing.
    `fields`: what is entered here afterwards; connectors find it in `Access.app`, and among the fields of
    `begin` and `finish`. `redirect` and `webhook`: whether the platform must be told our address for coming
    back, and for its events.
    """

    console: str
    steps: tuple[str, ...]
    review: str = ""
    fields: tuple[Field, ...] = CLIENT
    redirect: bool = True
    webhook: bool = False


@dataclass(frozen=True)
class TextLimit:
    """At most `n` of `unit`."""

    n: int
    unit: CountedIn


@dataclass(frozen=True)
class TextRule:
    """How the text of a placement is counted. All `limits` hold at once; beside files, `with_media` if given.

    `url_counts`: what every web address counts, however long, or None if it counts as it is written.
    `mention_domain_free`: of `@name@server` only `@name` counts. `most`: kinds of what `find` finds in it,
    with how many are taken and whether more are refused or just do nothing. `refused`: letters that may
    not stand in it.
    """

    limits: tuple[TextLimit, ...]
    url_counts: int | None = None
    mention_domain_free: bool = False
    with_media: tuple[TextLimit, ...] = ()
    find: Callable[[str], list[Live]] | None = None
    most: tuple[tuple[str, int, bool], ...] = ()
    refused: str = ""

    def beside(self, media: object) -> TextRule:
        """The rule for a text that stands beside these files, if there are any."""
        return replace(self, limits=self.with_media) if media and self.with_media else self


@dataclass(frozen=True)
class MediaRule:
    """What a placement takes of one `kind` of media: image, video, animation, audio or document.

    `fits_itself`: too large a file is made to fit by the connector, so it is no reason to refuse. `least`:
    how many must be there for a post to be taken. `seconds` and `shortest`: how long a video may and must
    last. `codecs` and `sounds`: how its pictures and its sound may be written, in the short names of `Media`;
    nothing named: in any way. `fps`: pictures a second.
    """

    kind: str
    mimes: tuple[str, ...]
    count: int
    size: int
    pixels: int | None = None
    seconds: float | None = None
    ratio: tuple[float, float] | None = None
    alt: TextLimit | None = None
    fits_itself: bool = False
    least: int = 0
    shortest: float | None = None
    codecs: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    fps: tuple[float, float] | None = None


@dataclass(frozen=True)
class Option:
    """Something an author may set for one placement. `choices` are value and label.

    `required`: without it nothing can be posted there. `most`: code points of a text.
    """

    name: str
    label: str
    kind: str = "choice"  # choice, flag or text
    choices: tuple[tuple[str, str], ...] = ()
    default: str | bool = ""
    required: bool = False
    most: int = 2000
    help: str = ""


# No platform names a limit to a thread; more than this nobody reads.
LONGEST_THREAD = 24


@dataclass(frozen=True)
class Placement:
    """A place on a platform with rules of its own.

    `link`: `text` if a link is written at the end of the text; `card` if it gets a card of its own as soon
    as its title is known (option `link_title`), and is written at the end until then; `apart` if it never
    stands in the text. `link_with_media`: the card can stand beside files.
    `mixes`: media of different kinds may stand together. `media_count`: all kinds together, `media_least` of
    them at least if there are any. `needs_media`: without any, nothing is taken. `needs_reply`: only an
    answer to something goes here. `shows_text`: False where a text is taken and nobody sees it.
    `thread`: how many further posts may follow one here, each an answer to the one before; 0 where none may,
    or where nobody knows. `thread_options`: those that hold for each of them as well. `first_comment`: the
    placement in which a comment of one's own under a post stands; empty where there is none. `names`: an
    answer reaches only those whom it names. `private`: options with which an answer to something private is
    private too.
    """

    name: str
    label: str
    text: TextRule
    media: tuple[MediaRule, ...] = ()
    media_count: int = 0
    media_least: int = 1
    mixes: bool = False
    link: str = "text"
    link_with_media: bool = True
    needs_media: bool = False
    replies: bool = True
    needs_reply: bool = False
    shows_text: bool = True
    options: tuple[Option, ...] = ()
    thread: int = 0
    thread_options: tuple[str, ...] = ()
    first_comment: str = ""
    names: bool = False
    private: tuple[tuple[str, str], ...] = ()

    def rule_for(self, kind: str) -> MediaRule | None:
        """The rule for one kind of media, or None if it is not taken here."""
        return next((rule for rule in self.media if rule.kind == kind), None)

    def taken_as(self, kind: str) -> str:
        """The kind as which a file goes here: where nothing moves, a moving picture is one that stands."""
        return "image" if kind == "animation" and not self.rule_for(kind) else kind

    def within(self, limits: Limits) -> Placement:
        """This placement as one server has set it."""
        if limits == Limits():
            return self
        text = self.text
        if limits.text is not None:
            text = replace(text, limits=(replace(text.limits[0], n=limits.text), *text.limits[1:]))
        if limits.url_counts is not None and text.url_counts is not None:
            text = replace(text, url_counts=limits.url_counts)
        count = self.media_count if limits.media_count is None else limits.media_count
        media = tuple(_within(rule, limits, count) for rule in self.media)
        return replace(self, text=text, media_count=count, media=media)


def _within(rule: MediaRule, limits: Limits, count: int) -> MediaRule:
    family = "video" if rule.kind in {"video", "audio", "animation"} else rule.kind
    size = {"image": limits.image_bytes, "video": limits.video_bytes}.get(family)
    pixels = {"image": limits.image_pixels, "video": limits.video_pixels}.get(family)
    mimes = tuple(mime for mime in rule.mimes if mime in limits.mimes) if limits.mimes else rule.mimes
    return replace(
        rule,
        mimes=mimes,
        count=count if rule.count > 1 else rule.count,
        size=rule.size if size is None else size,
        pixels=rule.pixels if pixels is None else pixels,
        alt=replace(rule.alt, n=limits.alt) if rule.alt and limits.alt is not None else rule.alt,
    )


@dataclass(frozen=True)
class Limits:
    """What one server said of itself: kept with the channel, put over the card by `Placement.within`."""

    text: int | None = None
    url_counts: int | None = None
    media_count: int | None = None
    image_bytes: int | None = None
    image_pixels: int | None = None
    video_bytes: int | None = None
    video_pixels: int | None = None
    alt: int | None = None
    mimes: tuple[str, ...] = ()
    # In which forms a text may be written: text/plain, text/markdown ...
    formats: tuple[str, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any] | None) -> Limits:
        """Limits from what `to_data` gave; unknown names are left out."""
        known = {item.name for item in fields(cls)}
        given = {name: value for name, value in (data or {}).items() if name in known}
        for name in {"mimes", "formats"} & set(given):
            given[name] = tuple(given[name])
        return cls(**given)

    def to_data(self) -> dict[str, Any]:
        """Plain values for a JSON column; only what is set."""
        data = {item.name: getattr(self, item.name) for item in fields(self)}
        given = {name: value for name, value in data.items() if value not in (None, ())}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}


@dataclass(frozen=True)
class Told:
    """How answers say what is left of a budget: names of headers, in lower case.

    `left`: points; or `used`: JSON with percents of what was taken, as Meta writes it. `until`: when it is
    whole again. `most`: the size of the budget that is spoken of, where the same headers speak of several.
    `calls`: method and beginning of the path (`POST /2/tweets`) of the calls that speak of it; none: all.
    """

    left: str = ""
    used: str = ""
    until: str = ""
    most: str = ""
    calls: tuple[str, ...] = ()

    def by(self, *calls: str) -> Told:
        """The same, said by these calls alone."""
        return replace(self, calls=calls)


@dataclass(frozen=True)
class Budget:
    """At most `n` points in `seconds`. `costs`: what an ability, or `upload`, spends; others are free.

    `told`: how the platform itself says what is left; what it says counts more than what was counted here.
    `n` of 0: nobody knows but the platform, and nothing is held back before it has said so. Of what is told
    in percent `costs` are percents.
    """

    name: str
    n: int
    seconds: int
    per: Per
    costs: Mapping[str, int]
    told: Told | None = None


@dataclass(frozen=True)
class Card:
    """Everything about a platform that is not a call.

    `hosts`: names a connector may call; `{base}` is the channel's own server, `{name}` one of
    `Access.servers`. `settle`: seconds after a commit before "not found" may be believed. `timeout`: seconds
    for one call. `one_login`: nobody has a role on a channel there; whoever knows its password is all of it,
    so there is no list of administrators. `as_of`: the month in which its facts were last read (`2026-11`).
    `app`: what an installation enters once, if signing in there needs it. `renew_before`: seconds before the
    end of an access at which it is renewed; `renews_late`: one that has ended can be renewed too.
    `acts`: what `moderate` can do. `asks_to_hear`: it tells of a channel once asked by `fetch`, until `hush`.
    """

    name: str
    label: str
    mark: str
    auth: tuple[Auth, ...]
    placements: tuple[Placement, ...]
    budgets: tuple[Budget, ...]
    abilities: frozenset[Ability]
    hosts: tuple[str, ...]
    proof: Proof
    settle: float
    as_of: str
    timeout: float = 20.0
    handle_example: str = ""
    home: str = ""
    one_login: bool = False
    app: App | None = None
    renew_before: float = 900.0
    renews_late: bool = True
    acts: frozenset[Act] = frozenset()
    asks_to_hear: bool = False

    def placement(self, name: str = "") -> Placement:
        """The placement called `name`; the first one for an empty name. KeyError if there is none."""
        if not name:
            return self.placements[0]
        for placement in self.placements:
            if placement.name == name:
                return placement
        raise KeyError(f"{self.label} has no placement called {name}")
