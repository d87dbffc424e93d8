"""The plain rules of publishing: what to do about a problem."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

_CHANGE = gettext_lazy("Change the post, ask for approval and schedule it again.")
_FILE = gettext_lazy("Put the file into the post again, or take it off; then ask for approval again.")
_CONNECT = gettext_lazy("Connect the channel again, then try again.")
_HOST = gettext_lazy("Ask whoever runs Tabard to allow this server, then try again.")
TO_DO: dict[str, str | Promise] = {
    "held": gettext_lazy("Lift the hold when it is over. Then decide here what still goes out."),
    "not_approved": gettext_lazy("Ask for approval of what stands now, and schedule it again."),
    "not_granted": gettext_lazy("Somebody who may publish here can try it again, in their own name."),
    "behind": gettext_lazy("Nothing here: it goes on by itself once the one before it has gone out."),
    "no_before": gettext_lazy("Put it there by hand, then say here where it is; or cancel it."),
    "retired": gettext_lazy("Cancel it, or bring it out through another channel."),
    "not_connected": gettext_lazy("Connect the channel. Then decide here what still goes out."),
    "sealed": _CONNECT,
    "revoked": _CONNECT,
    "scope": _CONNECT,
    "fault": gettext_lazy("Try again. If it happens again, give the worker's log to whoever runs Tabard."),
    "file_gone": _FILE,
    "file_changed": _FILE,
    "unreadable_media": _FILE,
    "forbidden_host": _HOST,
    "no_tls": _HOST,
    "not_there": gettext_lazy("Find out on the platform why, then try again or cancel it."),
    **dict.fromkeys(
        (
            "alt_too_long",
            "empty",
            "mixed",
            "no_media",
            "no_replies",
            "too_big",
            "too_large",
            "too_long",
            "too_long_video",
            "too_many",
            "wrong_format",
            "wrong_kind",
            "wrong_option",
            "wrong_ratio",
        ),
        _CHANGE,
    ),
}
_BY_STATE: dict[tuple[str, bool], str | Promise] = {
    ("failed", True): gettext_lazy("Mend what it says and try again, or cancel it."),
    ("failed", False): gettext_lazy("Try again, or cancel it."),
    ("held", True): gettext_lazy("Decide whether it still goes out."),
    ("unsure", True): gettext_lazy("Look there. If you find it, give its address here; if not, say so."),
    ("unsure", False): gettext_lazy("Nothing: Tabard asks the platform and repeats nothing until it knows."),
    ("queued", False): gettext_lazy("Nothing: Tabard tries again by itself."),
    ("sent", True): gettext_lazy("It is still there. Try again, or remove it there by hand and say so."),
    ("removing", False): gettext_lazy("Nothing: Tabard tries again by itself."),
}


def to_do(state: str, code: str, asks_person: bool) -> str:
    """What somebody can do about a problem; empty where nothing is known to help."""
    if state in {"failed", "held"} and code in TO_DO:
        return str(TO_DO[code])
    return str(_BY_STATE.get((state, asks_person), ""))
