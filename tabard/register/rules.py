"""Which channel a link or a handle means, in any of the spellings that people use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from tabard.connectors.words import _
from tabard.kernel import text
from tabard.register.addresses import Address, place_of, read
from tabard.register.platforms import Known, named, platforms

_FEDERATED = re.compile(r"^@[A-Za-z0-9_.\-]+@[A-Za-z0-9.\-]+\.[A-Za-z0-9\-]+(?::\d+)?$")
_AROUND = "<>\"'“”«»()[] "
LONGEST = 500

SENTENCES = {
    "empty": _("Give a link or a handle."),
    "platform": _("There is no platform called “%(platform)s” in the catalogue."),
    "whose": _("Say on which platform this handle is, or paste the link of the profile."),
    "unknown": _("“%(link)s” is not an address of a platform in the catalogue."),
    "another": _("This link is one of %(platform)s, but %(said)s is named as the platform."),
    "profile": _("“%(link)s” does not lead to a profile. Paste the address of the profile itself."),
    "handle": _("“%(handle)s” cannot be a handle on %(platform)s."),
    "word": _("“%(handle)s” is a word of the addresses of %(platform)s, no handle."),
}


class Unresolved(ValueError):
    """No channel can be made of this. `code` is a key of SENTENCES."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return SENTENCES[self.code] % self.values


@dataclass(frozen=True)
class Resolved:
    """A channel: `handle` as it is kept, its address, and the platform's own id where the link says it."""

    platform: str
    handle: str
    url: str
    remote_id: str = ""

    @property
    def canonical(self) -> str:
        """The one address of this channel, however it was written."""
        return platforms()[self.platform].canonical(self.handle) or self.handle.casefold()


def resolve(written: str, platform: str = "") -> Resolved:
    """`written` is a link or a handle; `platform` a name of the platform, where it is known apart."""
    said = text.name(written).strip(_AROUND)
    known = named(platform) if platform.strip() else None
    if platform.strip() and known is None:
        raise Unresolved("platform", platform=text.name(platform)[:60])
    if not said:
        raise Unresolved("empty")
    if len(said) > LONGEST:
        raise Unresolved("handle", handle=f"{said[:40]}…", platform=known.name if known else "")
    said = said.removeprefix("at://").removeprefix("acct:@").removeprefix("acct:")
    return _from_link(said, known) if _is_link(said, known) else _from_handle(said, known)


def same(one: str, other: str) -> bool:
    """Whether two handles of one platform are the same: none of them minds upper or lower case."""
    return one.casefold() == other.casefold()


def _is_link(said: str, known: Known | None) -> bool:
    if said.startswith("did:"):
        return False
    if re.match(r"^[a-z][a-z0-9+.-]*:?//", said, re.I):
        return True
    host, slash, _rest = said.partition("/")
    if said.casefold().startswith("www.") and (known is None or slash or place_of(host.casefold())):
        return True
    return bool(slash) and "." in host and "@" not in host


def _from_link(said: str, known: Known | None) -> Resolved:
    address = read(said)
    if address is None:
        raise Unresolved("profile", link=said[:100])
    there = place_of(address.host)
    found = there or (known if known and known.federated else None) or _federated(address.path)
    if found is None:
        raise Unresolved("unknown", link=said[:100])
    if known is not None and found.slug != known.slug:
        raise Unresolved("another", link=said[:100], platform=found.name, said=known.name)
    handle = _handle_of_host(found, address.host) or _handle_of_path(found, address)
    if not handle:
        raise Unresolved("profile", link=said[:100])
    return _kept(found, handle)


def _federated(path: str) -> Known | None:
    """An address of this form on any server is one of those that speak to each other."""
    return next(
        (k for k in platforms().values() if k.federated and any(w.path.match(path) for w in k.ways)), None
    )


def _handle_of_host(known: Known, host: str) -> str:
    if known.host_is_handle and host.endswith("." + known.host_is_handle):
        return host
    short = known.host_is_handle_short
    if short and host.endswith("." + short):
        first = host.removesuffix("." + short)
        return "" if first in {"www", "m", "api", "help", "support", "blog"} else first.removeprefix("www.")
    return ""


def _handle_of_path(known: Known, address: Address) -> str:
    host, path = address.host, address.path
    if _leads_nowhere(known, host):
        return ""
    first = path.lstrip("/").partition("/")[0].partition("?")[0].casefold()
    for way in known.ways:
        found = way.path.match(path)
        if found is None:
            continue
        groups: Mapping[str, str] = {k: v for k, v in found.groupdict().items() if v}
        if "id" in groups:
            return groups["id"]
        if first in known.stop and groups["handle"].casefold() == first:
            continue
        handle = way.written.format(**groups)
        return f"{handle}@{host}" if known.federated and "@" not in handle else handle
    return ""


def _leads_nowhere(known: Known, host: str) -> bool:
    """Whether no profile stands under this host: help pages, short links, dashboards."""
    if any(_under(host, short) for short in known.short_hosts):
        return True
    own = next((d for d in known.hosts if _under(host, d)), None)
    if known.federated or own is None or own == host:
        return False
    return not all(_usual(part, known) for part in host.removesuffix("." + own).split("."))


def _under(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


def _usual(part: str, known: Known) -> bool:
    return part in known.subdomains or bool(
        re.match(r"^(?:www\d?|m|mobile|mbasic|touch|web|wap|lite|[a-z]{2}(?:-[a-z]{2,4})?)$", part)
    )


def _from_handle(said: str, known: Known | None) -> Resolved:
    if known is None:
        known = _guess(said)
    if any(said.casefold().strip("/") in (d, f"www.{d}") for d in known.hosts):
        raise Unresolved("profile", link=said[:100])
    said = text.name(unquote(re.split(r"[?#]", said, maxsplit=1)[0]))
    if "/" in said.strip("/"):
        inside = _handle_of_path(known, Address("", "/" + said.strip("/")))
        said = inside or said
    handle = said.removeprefix("@") if not said.startswith("@@") else said
    if known.short_for and "." not in handle and not known.is_id(handle):
        handle = known.short_for.format(handle=handle)
    return _kept(known, handle.strip("/"))


def _guess(said: str) -> Known:
    """The platform of a handle that can only be one's: `@name@server`, `name.bsky.social`, a DID."""
    if _FEDERATED.match(said):
        return next(k for k in platforms().values() if k.federated)
    bluesky = platforms()["bluesky"]
    plain = said.removeprefix("@").casefold()
    if bluesky.is_id(said) or plain.endswith("." + bluesky.host_is_handle):
        return bluesky
    raise Unresolved("whose")


def _kept(known: Known, handle: str) -> Resolved:
    if known.federated:
        name, _at, server = handle.removeprefix("@").partition("@")
        handle = f"{name}@{server.casefold()}" if server else handle
    elif known.slug == "bluesky" and not known.is_id(handle):
        handle = handle.casefold()
    handle = handle.removeprefix("@")
    own_id = known.is_id(handle)
    if _is_word(known, handle):
        raise Unresolved("word", handle=handle[:60], platform=known.name)
    if not own_id and not known.handle.match(handle):
        raise Unresolved("handle", handle=handle[:60], platform=known.name)
    found = Resolved(known.slug, handle, known.url(handle), handle if own_id else "")
    if not known.profile:
        return found
    again = _read_back(known, found.canonical)
    if again != handle and known.is_id(again):
        return Resolved(known.slug, again, known.url(again), again)
    if not same(again, handle):
        raise Unresolved("handle", handle=handle[:60], platform=known.name)
    return found


def _read_back(known: Known, url: str) -> str:
    """What its own address means: only where that is the same are two spellings one channel."""
    address = read(url)
    if address is None or not (known.federated or place_of(address.host) is known):
        return ""
    return _handle_of_host(known, address.host) or _handle_of_path(known, address)


def _is_word(known: Known, handle: str) -> bool:
    """Whether this would be no profile but a page of the platform's own, such as `profile.php`."""
    word = handle.casefold()
    if word not in known.stop or not known.profile:
        return False
    first = urlsplit(known.url(word)).path.strip("/").partition("/")[0]
    return first == word
