"""A company in which everything of two units side by side has a word in it that is found nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models, transaction

from tabard.kernel import clock
from tabard.kernel.actor import command_line
from tabard.org.actions import end_grant
from tabard.org.models import Person, Role, Unit
from tests.cast import Cast, make_person
from tests.cast import cast as build
from tests.conftest import BEHIND, Things

NORTH, SOUTH = "northsecret", "southsecret"
# Columns of text that no person writes, or that must fit something else to be of use.
NOT_WRITTEN = {
    "*": "state kind digest start via unit_path path language zone arms password search fingerprint form",
    "access.Identity": "subject",
    "access.PlaceRule": "attribute",
    "access.Session": "way through agent",
    "access.Source": "slug issuer client secret address logout_address certificates metadata_address "
    "metadata_certificate metadata_problem groups_claim sent_by",
    "access.SourceKey": "secret certificate",
    "access.SourceSession": "subject index secret",
    "approvals.Approval": "subject_kind",
    "approvals.Decision": "digest",
    "approvals.Step": "role",
    "attestation.Item": "thing gist choice outcome",
    "attestation.Round": "unanswered",
    "audit.Clearing": "reason",
    "audit.Entry": "actor_kind origin action",
    "audit.Export": "file",
    "audit.LegalHold": "about_kind",
    "audit.Stream": "address",
    "inbox.Moderation": "act code author_id",
    "inbox.Reply": "placement code",
    "library.Asset": "mime sha256",
    "life.PlatformChange": "title what source words",
    "life.RetirementStep": "code",
    "life.Worth": "verdict decision",
    "org.Person": "email",
    "org.Policy": "matter",
    "posts.Variant": "placement approved_digest",
    "publishing.Attempt": "outcome",
    "publishing.Delivery": "code",
    "public.Disowned": "canonical",
    "public.Edition": "says document",
    "public.SigningKey": "name public secret",
    "public.Publication": "contact",
    "register.Channel": "remote_id",
    "register.Finding": "key",
    "register.Connection": "base_url secret session",
    "register.Import": "problem",
    "safety.Credential": "secret seed notes_sealed",
    "safety.Look": "via",
    "safety.Rotation": "evidence",
    "watch.Asked": "name identity url answer why",
    "watch.AskedHost": "host",
    "watch.AskedSite": "site stood passed_by why",
    "watch.Case": "todo outcome",
    "watch.Comparison": "print",
    "watch.Evidence": "page_sha256 picture_sha256 sha256 address taken_name",
    "watch.Filing": "route answer proven",
    "watch.Look": "identity answer",
    "watch.Portrait": "site avatar",
    "watch.Report": "source",
    "watch.Sighting": "identity url avatar label family source decision",
    "watch.Turn": "answer",
}


# What lies below things that have an address.
MORE = (
    "access.ApiToken",
    "access.Suspension",
    "posts.Attachment",
    "posts.Comment",
    "posts.Post",
    "posts.Variant",
    "register.Import",
)


@dataclass
class Company:
    """Two sides: the Nordics below Region North, and Region South."""

    north: Cast
    south: Cast
    ids: dict[str, Any]  # of the Nordics' things
    south_ids: dict[str, Any]


def planted() -> Company:
    """Build it: names first, so that the log has them too, then one thing of every kind, then all text."""
    north = build()
    south = south_of(north)
    for cast, word in ((north, NORTH), (south, SOUTH)):
        for row in (*Unit.objects.filter(pk=cast.nordics.pk), *Person.objects.filter(unit=cast.nordics)):
            _write(row, ["name"], f"{word} {row.pk}")
    sides = []
    for cast, word in ((north, NORTH), (south, SOUTH)):
        cast = replace(cast, nordics=Unit.objects.get(pk=cast.nordics.pk))
        ids = everything(Things(cast, cast.by("stranger")))
        plant(cast.nordics, word)
        sides.append((cast, ids))
    (north, ids), (south, south_ids) = sides
    return Company(north, south, ids, south_ids)


def south_of(cast: Cast) -> Cast:
    """The same company as it is for those of Region South."""
    people = {
        "district": make_person(cast.south, "Berta Lind", "manager"),
        "creator": make_person(cast.south, "Carlo Vini", "creator"),
        "publisher": make_person(cast.south, "Dora Pinto", "publisher"),
        "approver": make_person(cast.south, "Elio Marra", "approver"),
        "leaver": make_person(cast.south, "Fina Duro", "creator"),
    }
    end_grant(command_line(), people["leaver"].grants.get(), reason="Left the company")
    return replace(cast, nordics=cast.south, regional=cast.stranger, stranger=cast.district, **people)


def everything(things: Things) -> dict[str, Any]:
    """One thing of every kind; those that only stand in addresses below another are found through it."""
    ids = {name: things.of(apps.get_model(model)).pk for name, model in BEHIND.items()}
    for label in (
        "access.Departure",
        "access.Member",
        "access.DirectoryGroup",
        "life.Worth",
        "watch.Portrait",
    ):
        ids[label] = things.of(apps.get_model(label)).pk
    now, post = clock.now(), ids["post_id"]
    rows = {name: apps.get_model(name)._base_manager for name in MORE}
    rows["posts.Post"].filter(unit=things.cast.nordics).update(due_at=now + timedelta(hours=1))
    bad = {"row": 2, "outcome": "refused", "why": ["x"]}
    rows["register.Import"].filter(pk=ids["import_id"]).update(
        source=b"platform,handle\nx,x\n", results=[bad]
    )
    comment = rows["posts.Comment"].create(post_id=post, at=now, text="x")
    over = {"starts_at": now - timedelta(hours=2), "until": now - timedelta(hours=1), "ended_at": now}
    rows["access.Suspension"].create(person=things.cast.creator, said_by="x", reason="x", **over)
    picture = rows["posts.Attachment"].create(post_id=post, asset_id=ids["asset_id"])
    token = rows["access.ApiToken"].create(person=things.cast.creator, name="x", digest=f"x{post}", start="x")
    return {
        **{name: pk for name, pk in ids.items() if "." not in name},
        "deputy_id": things.cast.approver.pk,
        "departure_id": ids["access.Departure"],
        "member_id": ids["access.Member"],
        "group_id": ids["access.DirectoryGroup"],
        "comment_id": comment.pk,
        "variant_id": rows["posts.Variant"].get(post=post).pk,
        "picture_id": picture.pk,
        "token_id": token.pk,
        "matter": "session_hours",
        "role_id": Role.objects.get(slug="analyst").pk,
    }


def written_columns(model: type[models.Model]) -> list[str]:
    """The columns of text that people write."""
    left_out = {*NOT_WRITTEN["*"].split(), *NOT_WRITTEN.get(model._meta.label, "").split()}
    return [
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, (models.CharField, models.TextField))
        and not field.choices
        and field.name not in left_out
    ]


def plant(unit: Unit, word: str) -> None:
    """Give all text of everything below `unit` the word; with a number where it must differ."""
    for config in apps.get_app_configs():
        for model in config.get_models() if config.name.startswith("tabard.") else ():
            if not hasattr(model, "place") or model._meta.label == "audit.Entry":
                continue
            for row in model._base_manager.all():
                # What keeps the log belongs to the whole organisation, and so to neither side.
                if model._meta.app_label == "audit" or row.place().unit_path.startswith(unit.path):
                    _write(row, written_columns(model), f"{word} {row.pk}")


def _write(row: Any, columns: list[str], value: str) -> None:
    for column in columns:
        try:
            with transaction.atomic():
                rows = type(row)._base_manager.filter(pk=row.pk)
                rows.update(**{column: value[: row._meta.get_field(column).max_length]})
        except DatabaseError:
            continue  # a rule of the table: what it guards is no free text


def unwritten(word: str) -> list[str]:
    """The columns that took the word in no row, though people write into them."""
    found = []
    for config in apps.get_app_configs():
        for model in config.get_models() if config.name.startswith("tabard.") else ():
            if not hasattr(model, "place") or model._meta.label == "audit.Entry":
                continue
            for column in written_columns(model):
                if not model._base_manager.filter(**{f"{column}__startswith": word}).exists():
                    found.append(f"{model._meta.label}.{column}")
    return found
