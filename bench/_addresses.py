"""What the bench of screens asks for: every page there is and every list of the API, by their routes.

Nothing is listed that the routes know themselves, so that no page can be forgotten: a new one is measured
with its name, or stands in `LEFT_OUT` with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

FILE = "a file, written while it is read: its length is what it takes"
FORM = "only takes a form"
LEFT_OUT = {
    "ui": "the page of components, only where Tabard is made",
    "look": FORM,
    "channel_connected": "where a platform sends people back to",
    "channel_choice": "where a platform sends people back to",
    "channel_ended_there": FORM,
    "hook": "where a platform tells what happens",
    "inbox_csv": FILE,
    "picture": FILE,
    "import_refused": FILE,
    **dict.fromkeys(
        ("posts_csv", "calendar_csv", "deliveries_csv", "register_csv", "library_csv", "audit_csv"), FILE
    ),
    **dict.fromkeys(
        ("approvals_csv", "holds_csv", "budgets_csv", "campaigns_csv", "imports_csv", "reorganisations_csv"),
        FILE,
    ),
    **dict.fromkeys(("people_csv", "grants_csv", "departures_csv", "who_csv", "emergencies_csv"), FILE),
    **dict.fromkeys(("credentials_csv", "credential_looks", "rotations_csv", "safety_csv"), FILE),
    **dict.fromkeys(("credential_take", "credential_wait", "credential_emergency", "credential_look"), FORM),
    **dict.fromkeys(("credential_code", "credential_password", "credential_codes"), FORM),
    **dict.fromkeys(("credential_forget", "credential_give_back", "credential_rotation"), FORM),
    "channel_rotation": FORM,
    "admin_findings_csv": FILE,
    **dict.fromkeys(("register_then_csv", "register_changes_csv"), FILE),
    **dict.fromkeys(("public_csv", "disowned_csv", "findings_csv"), FILE),
    **dict.fromkeys(("requests_csv", "retirement_steps_csv", "needed_csv", "platform_changes_csv"), FILE),
    "retirement_step": "no channel goes in that organisation",
    "request_withdraw": FORM,
    **dict.fromkeys(("request", "request_change"), "nobody asks for a channel there"),
    **dict.fromkeys(("sighting", "sighting_facts", "sighting_adopt"), "measured by bench/watching.py"),
    **dict.fromkeys(("watch_compare", "sighting_decision", "names_look"), FORM),
    **dict.fromkeys(("watch_csv", "cases_csv", "case_package", "case_picture"), FILE),
    **dict.fromkeys(
        ("case", "case_open", "case_prove", "case_close", "case_way", "filing"),
        "no case in that organisation",
    ),
    "finding": "nothing is found in that organisation",
    "lent": "for platforms that fetch a file once",
    **dict.fromkeys(("public_switch", "public_publish", "public_decide", "disowned_take_back"), FORM),
    **dict.fromkeys(
        (
            "official",
            "official_check",
            "official_check_json",
            "official_register",
            "official_keys",
            "official_feed",
            "official_badge_picture",
            "official_badge_page",
            "official_badge",
            "trust_txt",
            "trust_txt_well_known",
        ),
        "for outsiders; measured by bench/public.py",
    ),
    "admin_finding": "nothing is found in that organisation",
    **dict.fromkeys(("admins_ask", "channel_admins_read"), FORM),
    "emergency": "there is none in that organisation",
    "departure": "nobody leaves that organisation",
    **dict.fromkeys(("directory", "directory_groups", "directory_places"), "no directory speaks there"),
    **dict.fromkeys(("tokens_csv", "sessions_csv", "person_sessions_csv", "sources_csv"), FILE),
    **dict.fromkeys(("directories_csv", "roles_csv", "absences_csv", "post_versions_csv"), FILE),
    **dict.fromkeys(("audit_exports_csv", "audit_streams_csv", "audit_holds_csv"), FILE),
    **dict.fromkeys(("audit_seals_csv", "check_outs_csv"), FILE),
    **dict.fromkeys(("round_csv", "round_json", "round_zip", "doubts_csv"), FILE),
    **dict.fromkeys(("round", "round_evidence", "sheet", "item"), "no review in that organisation"),
    "doubt": "nothing is in doubt in that organisation",
    **dict.fromkeys(
        ("library_add", "grant_end", "channel_state", "channel_check", "channel_disconnect"), FORM
    ),
    **dict.fromkeys(("import_columns", "import_write", "post_save", "post_delete", "post_variant"), FORM),
    **dict.fromkeys(("post_variant_remove", "post_picture", "post_comment", "post_submit"), FORM),
    **dict.fromkeys(("post_take_back", "post_schedule", "post_unschedule", "hold_lift"), FORM),
    **dict.fromkeys(("deliveries_decide", "delivery_decide", "delivery_removal", "person_return"), FORM),
}
# The same pages asked in other ways: name, route, what stands behind the question mark.
ASKED = (
    ("calendar, a year ago", "calendar", "on={year_ago}"),
    ("calendar, one platform", "calendar", "platform=practice"),
    ("calendar_list, latest first", "calendar_list", "sort=late"),
    ("posts, second page", "posts", "after={older_posts}"),
    ("posts, common word", "posts", "q=soup"),
    ("posts, rare word", "posts", "q={post_id}"),
    ("posts, two words", "posts", "q=soup+region"),
    ("posts, no such word", "posts", "q=zzzz"),
    ("posts, in review", "posts", "state=in_review"),
    ("posts, drafts", "posts", "state=draft"),
    ("posts, handed over", "posts", "state=handed_over"),
    ("posts, one platform", "posts", "platform=practice"),
    ("posts, one channel", "posts", "channel={channel_id}"),
    ("posts, one author", "posts", "author={person_id}"),
    ("posts, handed over, common word", "posts", "state=handed_over&q=soup"),
    ("posts, by title", "posts", "sort=title"),
    ("posts, by title, handed over", "posts", "sort=title&state=handed_over"),
    ("new_post, channels searched", "new_post", "find=region"),
    ("deliveries, failed", "deliveries", "state=failed"),
    ("deliveries, sent", "deliveries", "state=sent"),
    ("deliveries, one platform", "deliveries", "platform=practice"),
    ("deliveries, one channel", "deliveries", "channel={channel_id}"),
    ("deliveries, to decide", "deliveries", "decide=yes"),
    ("deliveries, earliest first", "deliveries", "sort=oldest"),
    ("deliveries, common word", "deliveries", "q=soup"),
    ("deliveries, rare word", "deliveries", "q={post_id}"),
    ("approvals, searched", "approvals", "q=soup"),
    ("approvals, due first", "approvals", "sort=due"),
    ("register, search", "register", "q=recipes"),
    ("register, need work", "register", "list=work"),
    ("register, by unit", "register", "sort=unit"),
    ("register, most followers", "register", "sort=-followers"),
    ("register, one open", "register", "open={channel_id}"),
    ("channel, history", "channel", "tab=history"),
    ("units, search", "units", "q=district"),
    ("access, search", "access", "q=writer"),
    ("access, one role", "access", "role=publisher"),
    ("grants, search", "grants", "q=marek"),
    ("grants, in force", "grants", "state=active"),
    ("grants, by person", "grants", "sort=person"),
    ("audit, common word", "audit", "q=soup"),
    ("audit, rare word", "audit", "q={post_id}"),
    ("audit, by action", "audit", "action=post.make"),
    ("audit, by person", "audit", "person={person_id}"),
    ("audit, a month", "audit", "since={year_ago}&until={year_ago}"),
    ("who, a unit", "who", "unit={unit_id}"),
    ("who, a channel, a right", "who", "channel={channel_id}&right=posts.publish"),
    ("who, a person, a past day", "who", "person={person_id}&day={year_ago}"),
    ("find, typed", "find", "q=soup"),
    ("find, a name", "find", "q=marek"),
)
# Looked at again with a region chosen: the lists that are narrowed by it.
SCOPED = ("today", "calendar", "calendar_list", "posts", "deliveries", "register", "audit", "approvals")
SIGN_IN = ("account_login", "account_change_password", "mfa_index")


def pages(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Every route of ours."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from pages(entry)
        elif hasattr(entry.callback, "may"):
            yield entry


def screens(known: dict[str, Any]) -> dict[str, str]:
    """Name and address of everything that is measured. `known` has an id for each word in an address."""
    found = {}
    routes = {str(entry.name): entry for entry in pages() if entry.name not in LEFT_OUT}
    for name, entry in routes.items():
        found[name] = reverse(name, kwargs={word: known[word] for word in entry.pattern.converters})
    for name, route, query in ASKED:
        found[name] = f"{found[route]}?{query.format_map(known)}"
    for name in SCOPED:
        found[f"{name}, in a unit"] = f"/@{known['slug']}{found[name]}"
    return found | {name: reverse(name) for name in SIGN_IN}


# The API by itself: what is asked of the lists besides.
API_ASKED = (
    "/posts?q=soup",
    "/posts?sort=title",
    "/posts?state=handed_over",
    "/posts?after={older_posts}",
    "/posts?unit_id={unit_id}",
    "/deliveries?state=failed",
    "/deliveries?unit_id={unit_id}",
    "/channels?q=recipes",
    "/audit?q=soup",
    "/people?q=writer",
)


def operations(known: dict[str, Any]) -> dict[str, str]:
    """Name and address of every reading operation of the API."""
    from tabard.kernel import endpoint

    found = {}
    for path in [o.path for o in endpoint.operations if o.method == "GET"]:
        address = "/api/v1" + path.replace("{int:", "{").format_map(known)
        if path == "/calendar":
            address += f"?begins={known['week_begins']}&ends={known['week_ends']}"
        found[f"GET {path.replace('{int:', '{')}"] = address
    for asked in API_ASKED:
        found[f"GET {asked}"] = "/api/v1" + asked.format_map(known)
    return found
