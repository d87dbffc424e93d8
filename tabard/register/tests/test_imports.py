"""Lists that people have: read, planned, written once, and never twice."""

import csv
import io
import json
import os
import random
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tabard.audit.models import Entry
from tabard.kernel.actor import command_line
from tabard.kernel.errors import Conflict, Denied, Invalid
from tabard.org.models import Unit
from tabard.register import import_queries, running
from tabard.register.actions import begin_import, check_import, set_columns, start_import, write_import
from tabard.register.imports.reading import read
from tabard.register.models import Channel, Import
from tabard.register.tests.test_channels import client_of
from tests.cast import make_channel

DATA = Path(os.environ.get("TABARD_REFERENCE_DATA", ".")) / "data/congress-accounts"
HEAD = "platform,handle,unit,purpose\n"


def bring(cast, text, *, dry=False, name="list.csv", by="regional", unit=None):
    data = text if isinstance(text, bytes) else text.encode()
    return running.straight(cast.by(by), unit or cast.north, name, data, dry=dry)


def why(brought):
    return {r["row"]: " ".join(r["why"]) for r in brought.results if r["outcome"] == "refused"}


def test_importing_twice_changes_nothing(cast):
    text = HEAD + "twitter,@meridian,Nordics,News\nInstagram,meridian.no,,\n"
    first = bring(cast, text)
    assert first.counts == {"new": 2, "changed": 0, "same": 0, "refused": 0}
    assert Channel.objects.get(handle="meridian").unit == cast.nordics
    assert Channel.objects.get(handle="meridian.no").unit == cast.north
    assert Entry.objects.filter(action="channel.add").count() == 2
    assert bring(cast, text).counts == {"new": 0, "changed": 0, "same": 2, "refused": 0}
    assert Entry.objects.filter(action="channel.change").count() == 0


def test_a_dry_run_says_what_would_change_and_changes_nothing(cast):
    bring(cast, HEAD + "x,meridian,Nordics,News\n")
    planned = bring(cast, HEAD + "x,meridian,Nordics,Recipes\nx,other,Nordics,\n", dry=True)
    assert planned.results[0]["changes"] == {"purpose": ["News", "Recipes"]}
    assert Channel.objects.get().purpose == "News"


def test_a_broken_row_among_a_thousand_refuses_that_row_only(cast):
    rows = [f"x,meridian{n},Nordics,\n" for n in range(1000)]
    rows[500] = "x,two words,Nordics,\n"
    brought = bring(cast, HEAD + "".join(rows))
    assert brought.counts == {"new": 999, "changed": 0, "same": 0, "refused": 1}
    assert "cannot be a handle on X" in why(brought)[502]


def test_every_refusal_names_the_field_and_the_reason(cast):
    text = (
        "platform,handle,url,unit,owner,followers\n"
        "friendster,a,,Nordics,,\n"
        "x,b,,Atlantis,,\n"
        "x,c,,Nordics,nobody@example.com,\n"
        "x,d,,Nordics,,many\n"
        "x,e,https://x.com/f,Nordics,,\n"
        "facebook,,https://x.com/g,Nordics,,\n"
        "x,h,,Nordics,,,extra\n"
        "x,k,,Region South,,\n"
        "x,j,,Nordics,,\n"
        "x,J,,Region North,,\n"
    )
    said = why(bring(cast, text))
    for row, words in {
        2: "Platform: There is no platform called “friendster”",
        3: "Unit: There is no unit “Atlantis”",
        4: "Owner: Nobody here is called nobody@example.com",
        5: "Followers: “many”",
        6: "The link leads to f, the handle says e",
        7: "This link is one of X",
        8: "It has 7 cells, but there are 6 columns",
        9: "There is no unit “Region South” in Region North",
        11: "Row 10 already speaks of this channel",
    }.items():
        assert words in said[row], (row, said[row])
    assert set(said) == {2, 3, 4, 5, 6, 7, 8, 9, 11}


def test_a_proven_rename_keeps_the_former_handle(cast):
    head = "platform,handle,platform_id,unit\n"
    bring(cast, head + "x,old_name,42,Nordics\n")
    assert bring(cast, head + "x,new_name,42,Nordics\n").counts["changed"] == 1
    assert Channel.objects.get().former_handles == ["old_name"]
    taken_over = bring(cast, head + "x,new_name,43,Nordics\n")
    assert "may have new owners" in why(taken_over)[2]


def test_handles_that_change_hands_in_one_file(cast):
    head = "reference,platform,handle,unit\n"
    bring(cast, head + "1,x,one,Nordics\n2,x,two,Nordics\n")
    brought = bring(cast, head + "1,x,three,Nordics\n2,x,one,Nordics\n")
    assert brought.counts["changed"] == 2
    assert {c.reference: c.handle for c in Channel.objects.all()} == {"1": "three", "2": "one"}


def test_an_import_reaches_no_further_than_its_unit(cast):
    make_channel(cast.south, "meridian", "x")
    assert "which this import does not reach" in why(bring(cast, HEAD + "x,meridian,Nordics,Ours\n"))[2]
    with pytest.raises(Denied):
        bring(cast, HEAD + "x,a,,\n", by="stranger")
    with pytest.raises(Denied):
        bring(cast, HEAD + "x,a,,\n", by="creator", unit=cast.nordics)


def test_a_state_follows_the_machine(cast):
    make_channel(cast.nordics, "meridian", "x")
    head = "platform,handle,state\n"
    assert "cannot become retired" in why(bring(cast, head + "x,meridian,retired\n"))[2]
    assert bring(cast, head + "x,meridian,dormant\n").counts["changed"] == 1


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", "platform,handle\nx,Málaga\n".encode("latin-1"), "not in UTF-8 (line 2)"),
        ("a.csv", b"colour,size\nred,1\n", "No column names a channel"),
        ("a.csv", b"handle,handle\na,b\n", "Two columns"),
        ("a.csv", b"platform,handle\n", "no rows"),
        ("a.csv", b"x" * 10_000_001, "larger than 10 MB"),
        ("a.json", b"{", "no JSON"),
        ("a.yaml", b"a: &x [1]\nb: *x\n", "no plain YAML"),
        ("a.xlsx", b"PK\x03\x04rubbish", "Excel"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(cast, name, data, says):
    with pytest.raises(Invalid) as refused:
        bring(cast, data, name=name)
    assert says in refused.value.reason


def test_the_same_list_in_every_dialect(cast):
    book = openpyxl.Workbook()
    for row in (["Network", "Username", "Department"], ["Twitter", "meridian", "Nordics"]):
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    one = {"Network": "Twitter", "Username": "meridian", "Department": "Nordics"}
    files = {
        "a.csv": "\ufeffNetwork,Username,Department\r\nTwitter,meridian,Nordics\r\n".encode(),
        "b.csv": b"Network;Username;Department\nTwitter;meridian;Nordics\n",
        "c.txt": "Network\tUsername\tDepartment\nTwitter\tmeridian\tNordics\n".encode("utf-16"),
        "d.json": json.dumps({"channels": [one]}).encode(),
        "e.yaml": b"- Network: Twitter\n  Username: meridian\n  Department: Nordics\n",
        "f.xlsx": packed.getvalue(),
    }
    for name, data in files.items():
        table = read(name, data)
        assert [r.cells for r in table.rows] == [one], name
        assert bring(cast, data, name=name).counts["refused"] == 0
    assert Channel.objects.count() == 1


def test_columns_said_by_hand_are_remembered(cast):
    by, data = cast.by("regional"), b"wo,was,wer\nx,meridian,Nordics\n"
    brought = start_import(by, cast.north, name="a.csv", data=data, kind="channels")
    assert "Give a link or a handle" in why(check_import(by, brought))[2]
    fields = {"platform": "wo", "handle": "was", "unit": "wer"}
    brought = set_columns(by, Import.objects.get(), kind="channels", fields=fields)
    assert check_import(by, brought).counts["new"] == 1
    again = start_import(by, cast.north, name="b.csv", data=data)
    assert again.columns["map"] == fields


def test_units_make_a_tree_in_any_order(cast):
    text = (
        "name,parent,reference,lead\nOslo,Norway,no-osl,Freja Holm\nNorway,Nordics,no,\nBergen,no,no-bgo,\n"
    )
    brought = bring(cast, text)
    assert brought.counts == {"new": 3, "changed": 0, "same": 0, "refused": 0}
    oslo = Unit.objects.get(reference="no-osl")
    assert (oslo.parent.name, oslo.lead, oslo.path.startswith(cast.nordics.path)) == (
        "Norway",
        cast.district,
        True,
    )
    assert oslo.arms
    assert bring(cast, text).counts["same"] == 3
    moved = bring(cast, "name,parent,reference\nOslo,Nordics,no-osl\n")
    assert "is a reorganisation" in why(moved)[2]


def test_an_import_is_written_once(cast):
    by = cast.by("regional")
    brought = check_import(by, start_import(by, cast.north, name="a.csv", data=(HEAD + "x,a,,\n").encode()))
    brought = begin_import(by, brought)
    running.write(brought.pk)
    brought.refresh_from_db()
    assert brought.state == "done"
    running.write(brought.pk)
    with pytest.raises(Conflict):
        write_import(by, brought)
    assert Channel.objects.count() == 1


def test_who_lost_the_right_meanwhile_imports_nothing(cast):
    by = cast.by("regional")
    brought = check_import(by, start_import(by, cast.north, name="a.csv", data=(HEAD + "x,a,,\n").encode()))
    brought = begin_import(by, brought)
    cast.regional.grants.update(ended_at="2020-01-01T00:00Z")
    running.write(brought.pk)
    brought.refresh_from_db()
    assert (brought.state, Channel.objects.count()) == ("failed", 0)


def test_the_screens_of_an_import(cast):
    browser = client_of(cast.district)
    file = SimpleUploadedFile("list.csv", (HEAD + "x,=cmd,Nordics,=1+1\nx,ok,Nordics,\n").encode())
    answer = browser.post("/register/imports/", {"file": file, "unit": cast.nordics.pk})
    brought = Import.objects.get()
    assert answer.url == f"/register/imports/{brought.pk}/"
    running.check(brought.pk)
    page = browser.get(answer.url).content.decode()
    assert "cannot be a handle" in page
    assert "Import: 1 new, 0 changed" in page
    csv_file = b"".join(browser.get(f"{answer.url}refused/")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(csv_file)))
    assert rows[1][1] == "'=cmd"
    assert browser.post(f"{answer.url}write/").status_code == 302
    running.write(brought.pk)
    assert "Imported: 1 new" in browser.get(answer.url).content.decode()
    assert browser.get("/register/imports/").status_code == 200
    wrong = browser.post(
        "/register/imports/", {"file": SimpleUploadedFile("a.csv", b"a\n1\n"), "unit": cast.nordics.pk}
    )
    assert wrong.status_code == 422
    assert client_of(cast.stranger).get(answer.url).status_code == 404


def test_garbage_never_breaks_an_import(cast):
    """Whatever bytes a file has: it is refused with a sentence, or every row has an outcome."""
    rng = random.Random(7)
    reasons: list[str] = []
    start = (HEAD + 'x,"a",Nordics,\nmastodon,@b@c.example,,"q\n').encode()
    for _ in range(150):
        data = bytearray(start)
        for _ in range(rng.randrange(1, 12)):
            at = rng.randrange(len(data))
            data[at : at + rng.randrange(3)] = rng.choice(
                [b'"', b"\x00", b"\xff", b"\n", b",", b";", b"'", "ж".encode(), b"\r", b"%s", b"://", b"@"]
            )
        try:
            brought = bring(cast, bytes(data), dry=True)
        except Invalid as refused:
            reasons.append(refused.reason)
            continue
        assert sum(brought.counts.values()) == brought.rows
    assert all(reasons)
    assert Channel.objects.count() == 0


@pytest.mark.reference
@pytest.mark.skipif(not DATA.is_dir(), reason="TABARD_REFERENCE_DATA is not set")
def test_the_register_of_a_parliament(cast):
    """Units from members, channels from their lists; a second time nothing; then six years back in time."""
    by, root = command_line(), cast.organisation

    def load(day, what):
        path = DATA / f"snapshot_{day}_{what}.csv"
        return running.straight(by, root, path.name, path.read_bytes())

    members, lists = load("2024-12-16", "members"), load("2024-12-16", "accounts")
    assert (members.counts["new"], members.counts["refused"]) == (536, 0)
    assert (lists.counts["new"], lists.counts["refused"]) == (1174, 0)
    assert Unit.objects.get(reference="A000055").parent.parent.name == "House of Representatives"
    assert Unit.objects.exclude(arms="").count() == Unit.objects.count()
    for what in ("members", "accounts"):
        again = load("2024-12-16", what)
        assert again.counts["same"] == again.rows
    assert import_queries.imports(by, None).count() == 4
