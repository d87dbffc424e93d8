"""An import on a bad day: a row among a thousand is broken, the disk is full, something breaks."""

import csv
import errno
import io
import json
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tabard.access.actions import make_token
from tabard.audit.models import Entry
from tabard.cli.register import command
from tabard.kernel.errors import Full
from tabard.kernel.jobs import PATIENT
from tabard.register import jobs, running
from tabard.register.actions import begin_import, check_import, start_import
from tabard.register.models import Channel, Import

ROWS = [f"x,meridian{n},Nordics\n" for n in range(1000)]
ROWS[500] = "x,two words,Nordics\n"
LIST = ("platform,handle,unit\n" + "".join(ROWS)).encode()


def desk(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_by_screen_999_come_in_and_one_is_named_with_its_line_and_why(cast):
    client = desk(cast.owner)
    unit = {"unit": cast.organisation.pk, "file": SimpleUploadedFile("list.csv", LIST)}
    page = client.post("/register/imports/", unit).url
    brought = Import.objects.get()
    running.check(brought.pk)
    assert Channel.objects.count() == 0, "nothing is written before somebody has seen the plan"
    shown = client.get(page).content.decode()
    assert "Import: 999 new, 0 changed" in shown
    assert "502" in shown
    assert "“two words” cannot be a handle on X" in shown
    client.post(f"{page}write/")
    running.write(brought.pk)
    assert Channel.objects.count() == 999
    refused = b"".join(client.get(f"{page}refused/")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(refused)))
    assert len(rows) == 2
    assert "two words" in rows[1]


def test_by_api(cast):
    key = make_token(cast.by("owner"), cast.owner, name="list").key
    client = Client(headers={"Authorization": f"Bearer {key}"})
    form = {"unit_id": cast.organisation.pk, "file": SimpleUploadedFile("list.csv", LIST)}
    made = client.post("/api/v1/imports", form)
    assert made.status_code in {201, 202}, made.content
    address = f"/api/v1/imports/{made.json()['id']}"
    running.check(made.json()["id"])
    assert client.get(address).json()["counts"]["refused"] == 1
    client.put(f"{address}/written")
    running.write(made.json()["id"])
    said = client.get(f"{address}/rows?outcome=refused").json()
    assert [(row["row"], "cannot be a handle on X" in row["why"][0]) for row in said] == [(502, True)]
    assert Channel.objects.count() == 999


def test_by_command_line(cast, tmp_path):
    file = tmp_path / "list.csv"
    file.write_bytes(LIST)
    done = CliRunner().invoke(command, ["import", str(file)])
    assert done.exit_code == 1
    assert "row 502, " in done.output
    assert "cannot be a handle on X" in done.output
    assert "999 were added" in done.output
    assert Channel.objects.count() == 999
    again = CliRunner().invoke(command, ["import", str(file), "--json"])
    assert json.loads(again.output)["counts"] == {"new": 0, "changed": 0, "same": 999, "refused": 1}


@pytest.fixture
def full_disk(db):
    """The database finds no room for any channel whose handle is `last`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';"
            " END $$;"
            "CREATE TRIGGER no_room BEFORE INSERT ON register_channel FOR EACH ROW"
            " WHEN (NEW.handle = 'last') EXECUTE FUNCTION no_room();"
        )


def begun(cast) -> Import:
    by = cast.by("owner")
    data = b"platform,handle,unit\nx,first,Nordics\nx,last,Nordics\n"
    brought = start_import(by, cast.organisation, name="list.csv", data=data)
    return begin_import(by, check_import(by, brought))


def test_a_full_disk_while_writing_is_said_and_nothing_is_half_written(cast, full_disk):
    brought = begun(cast)
    running.write(brought.pk)
    brought.refresh_from_db()
    assert (brought.state, Channel.objects.count()) == ("failed", 0)
    assert not Entry.objects.filter(action="channel.add").exists()
    shown = desk(cast.owner).get(f"/register/imports/{brought.pk}/").content.decode()
    assert "disk is full. Nothing was saved" in shown


def test_a_full_disk_is_said_to_whoever_adds_one_channel(cast, full_disk):
    form = {"handle": "last", "platform": "x", "unit": cast.nordics.pk, "purpose": "Soups of the north"}
    page = desk(cast.owner).post("/register/new/", form)
    assert page.status_code == 507
    assert "disk is full" in page.content.decode()
    assert "Soups of the north" in page.content.decode(), "what was typed is not lost"
    key = make_token(cast.by("owner"), cast.owner, name="list").key
    body = {"handle": "last", "platform": "x", "unit_id": cast.nordics.pk}
    headers = {"Authorization": f"Bearer {key}"}
    answer = Client().post("/api/v1/channels", body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (507, Full().reason)


@pytest.mark.parametrize("door", ["/register/imports/", "/api/v1/imports"])
def test_a_file_that_finds_no_room_while_it_comes_in_is_refused(cast, monkeypatch, door):
    def no_room(*_all):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.files.uploadhandler.MemoryFileUploadHandler.receive_data_chunk", no_room)
    form = {"unit": cast.organisation.pk, "unit_id": cast.organisation.pk}
    answer = desk(cast.owner).post(door, {**form, "file": SimpleUploadedFile("list.csv", LIST)})
    assert answer.status_code == 507
    assert "disk is full" in answer.content.decode()
    assert not Import.objects.exists()


def test_what_breaks_again_and_again_is_told_at_last(cast, monkeypatch):
    brought = begun(cast)

    def broken(*_all):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("tabard.register.running.actions.write_import", broken)
    turns = [SimpleNamespace(job=SimpleNamespace(attempts=n)) for n in (0, PATIENT.max_attempts)]
    states = []
    for turn in turns:
        with pytest.raises(RuntimeError):
            jobs.write_import(turn, import_id=brought.pk)
        brought.refresh_from_db()
        states.append(brought.state)
    assert states == ["writing", "failed"]
    assert "Nothing of it was written" in brought.problem
