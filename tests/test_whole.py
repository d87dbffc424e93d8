"""Rules about the whole: nothing orphaned, small files, our words, and migrations in step."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import get_resolver

from tabard.access.vault.places import places
from tabard.kernel import doors, holdings
from tabard.web.icons import icons
from tests.test_gates import routes

ROOT = Path(__file__).parent.parent
CODE = [p for p in (ROOT / "tabard").rglob("*.py") if "migrations" not in p.parts]
PAGES = list((ROOT / "tabard").rglob("templates/**/*.html"))

FORBIDDEN = re.compile(
    r"(?<![a-z])(accounts?|users?|tickets?|tasks?|providers?|integrations?|services?|workspaces?|tenants?)(?![a-z])",
    re.I,
)
MODULES = {"services", "selectors", "managers", "helpers", "utils"}
# Names a library asks for, word for word.
ASKED_FOR = {"create_user", "populate_username", "get_user_search_fields"}


def test_every_foreign_key_to_a_person_or_unit_is_claimed():
    people_and_units = {apps.get_model("org.Person"), apps.get_model("org.Unit")}
    keys = {
        f"{model._meta.label}.{field.name}"
        for config in apps.get_app_configs()
        if config.name.startswith("tabard.")
        for model in config.get_models()
        for field in model._meta.get_fields()
        if getattr(field, "related_model", None) in people_and_units and field.concrete and field.many_to_one
    }
    assert keys - holdings.claimed() == set()
    assert holdings.claimed() - keys == set()


# Columns that look as if they let somebody in; those that do not are named, with why.
OPENS = re.compile(r"(^|_)(token|digest|secret|password|session)(_|$)|^key$")
OPENS_NOTHING = {
    "org.Person.password": "ends with the person: `leave` makes it unusable",
    "sessions.Session.session_key": "good only with the generation of its person",
    "sessions.Session.session_data": "good only with the generation of its person",
    "account.EmailConfirmation.key": "addresses are not confirmed here; good for no sign-in",
    "access.SourceKey.secret": "opens what a source encrypts for Tabard, lets nobody in",
    "access.SourceSession.secret": "an ID token that was used; handed back when signing out",
    "access.Source.secret": "lets Tabard in elsewhere, nobody in here",
    "register.Connection.secret": "lets Tabard in elsewhere, nobody in here",
    "register.PlatformApp.secret": "lets Tabard in elsewhere, nobody in here",
    "register.Revocation.secret": "lets Tabard in elsewhere, nobody in here",
    "register.Revocation.session": "lets Tabard in elsewhere, nobody in here",
    "safety.Credential.secret": "lets Tabard in elsewhere, nobody in here",
    "register.Connection.session": "lets Tabard in elsewhere, nobody in here",
    "public.SigningKey.secret": "signs what everybody may read, lets nobody in",
    "register.Finding.digest": "of the facts of a finding",
    "register.Finding.key": "says which channels a finding is about",
    "audit.Seal.digest": "of a batch of the log",
    "audit.Entry.digest_who": "of what was erased from an entry",
    "audit.Entry.digest_what": "of what was erased from an entry",
    "audit.Seal.key_name": "says which key made the seal",
    "approvals.Approval.digest": "of the content that was approved",
    "approvals.Decision.digest": "of the content that was approved",
    "posts.Variant.approved_digest": "of the content that was approved",
    "publishing.Delivery.key": "names one delivery to a platform",
    "publishing.Delivery.digest": "of the content that goes out",
    "publishing.Sender.key": "names one running sender",
    "inbox.Reply.key": "names one answer to a platform",
}


def test_every_way_in_closes_when_somebody_leaves():
    ways_in = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label not in {"procrastinate", "contenttypes"}
        for field in model._meta.get_fields()
        if field.concrete and not field.is_relation and OPENS.search(field.name)
    }
    assert {w for w in ways_in - OPENS_NOTHING.keys() if w.rpartition(".")[0] not in doors.claimed()} == set()
    assert doors.claimed() <= {model._meta.label for model in apps.get_models()}


SECRET = re.compile(r"(^|_)(secret|sealed|seed|session)$")


def test_every_secret_is_sealed_anew_when_the_key_changes():
    secret = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("tabard.")
        for field in model._meta.get_fields()
        if field.concrete and not field.is_relation and SECRET.search(field.name)
    }
    # What a library keeps in a column of its own is named by key.
    ours = {str(place) for place in places() if not place.inside}
    assert secret == ours
    assert {str(place) for place in places() if place.inside} == {
        "mfa.Authenticator.data.secret",
    }


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_is_over_400_lines(path):
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_page_is_over_150_lines_and_no_part_over_80(path):
    assert len(path.read_text().splitlines()) <= (80 if path.name.startswith("_") else 150)


def test_no_view_is_over_25_lines():
    long = []
    for path in CODE:
        if path.name != "screens.py" and path.parent.name != "screens":
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.end_lineno and node.end_lineno - node.lineno >= 27:
                long.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert long == []


def test_our_words_in_classes():
    wrong = []
    for path in CODE:
        if "practice" in path.parts or "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and FORBIDDEN.search(
                re.sub(r"(?<!^)(?=[A-Z])", " ", node.name)
            ):
                wrong.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert wrong == []


def test_our_words_in_addresses_and_pages():
    assert [path for path, _entry in routes() if FORBIDDEN.search(path)] == []
    ours = [p for p in PAGES if not {"account", "allauth", "mfa", "usersessions"} & set(p.parts)]
    assert [str(p) for p in ours if FORBIDDEN.search(p.stem)] == []
    assert get_resolver().url_patterns


def test_no_module_is_a_drawer():
    assert [str(p) for p in CODE if p.stem in MODULES] == []


def test_no_migration_is_missing(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_the_project_speaks_of_itself_alone():
    wrong = []
    told = re.compile(r"\.\./shared|/work/|helper-\d|\bissue #?\d+\b", re.I)
    for pattern in (
        "tabard/**/*.py",
        "docs/**/*.md",
        "tests/**/*.py",
        "*.md",
        "Makefile",
        "frontend/src/**/*",
    ):
        for path in ROOT.glob(pattern):
            if path.is_file() and path.name != Path(__file__).name and told.search(path.read_text()):
                wrong.append(str(path.relative_to(ROOT)))
    assert wrong == []


PICTURE = re.compile(r"""\{% (?:icon|empty) "([\w-]+)"|\bicon="([\w-]+)\"""")


def test_every_picture_a_page_names_is_there():
    named = {found for page in PAGES for pair in PICTURE.findall(page.read_text()) for found in pair if found}
    assert named - icons().keys() == set()
    assert named


def test_no_two_shapes_of_the_api_have_one_name():
    """They would share one place in the document, and one of them would be described as the other."""
    names = [
        node.name
        for path in CODE
        if "tests" not in path.parts and (path.stem in {"api", "schemas"} or "api" in path.parts)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    ]
    assert {name for name in names if names.count(name) > 1} == set()


def test_a_put_over_what_can_be_read_takes_all_of_it():
    """What a thing was is not undone because somebody did not name it: a field left out is an error there."""
    known = json.loads((ROOT / "tests/openapi.json").read_text())

    def shape(body: dict) -> dict:
        found = body["content"]["application/json"]["schema"]
        while "$ref" in found:
            found = known["components"]["schemas"][found["$ref"].rpartition("/")[2]]
        return found

    silent = {}
    for path, there in known["paths"].items():
        if "get" in there and "requestBody" in there.get("put", {}):
            taken, told = shape(there["put"]["requestBody"]), shape(there["get"]["responses"]["200"])
            both = taken.get("properties", {}).keys() & told.get("properties", {}).keys()
            silent[path] = both - set(taken.get("required", ()))
    assert {path: fields for path, fields in silent.items() if fields} == {}
    assert len(silent) > 3
