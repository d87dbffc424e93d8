"""What a file is, by its own bytes; what it hides is taken out, and what is made to hurt is refused."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from tabard.kernel.errors import Invalid
from tabard.library.files import Found, programs, read_file
from tabard.library.tests.films import (
    TURNED,
    box,
    element,
    full,
    mp4,
    numbers,
    pdf,
    place_notes,
    track,
    webm,
)

FFMPEG = shutil.which("ffmpeg")


def read(body: bytes) -> Found:
    return read_file(ContentFile(body))


def after(body: bytes) -> tuple[Found, bytes]:
    """What is known of a file, and what is kept of it."""
    file = ContentFile(body)
    found = read_file(file)
    file.seek(0)
    return found, file.read()


@pytest.fixture(autouse=True)
def alone(settings):
    """No program helps, unless a test says so: what Tabard knows by itself is what is tested."""
    settings.FFMPEG = ""


def test_a_film_says_how_long_and_how_large_it_is_and_how_it_is_written():
    found = read(mp4())
    assert (found.kind, found.mime, found.ending) == ("video", "video/mp4", "mp4")
    assert (found.width, found.height, found.seconds, found.fps) == (640, 360, 3.0, 25.0)
    assert (found.codec, found.sound) == ("h264", "aac")
    with Image.open(io.BytesIO(found.thumbnail)) as small:
        assert small.format == "JPEG"


def test_a_film_taken_upright_is_upright():
    found = read(mp4(track(matrix=TURNED, kind=b"hvc1")))
    assert (found.width, found.height, found.codec, found.sound) == (360, 640, "hevc", "")


def test_the_longest_of_what_it_says_counts():
    assert read(mp4(track(samples=1000), seconds=1.0)).seconds == 40.0


def test_a_film_of_a_telephone_is_a_mov():
    assert read(mp4(brand=b"qt  ")).mime == "video/quicktime"


def test_webm_is_read_too():
    found = read(webm())
    assert (found.mime, found.width, found.height, found.seconds) == ("video/webm", 320, 240, 2.0)
    assert (found.codec, found.sound, found.fps) == ("vp9", "", 30.0)


def test_a_document_has_pages_and_a_title():
    found = read(pdf(pages=3))
    assert (found.kind, found.mime, found.pages, found.title) == ("document", "application/pdf", 3, "Soups")
    assert (found.width, found.height) == (612, 792)
    assert found.thumbnail


def test_a_picture_that_moves_is_one_of_its_own_kind():
    out, still = io.BytesIO(), io.BytesIO()
    frames = [Image.new("RGB", (20, 10), color) for color in ("red", "green", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    frames[0].save(still, "GIF")
    assert read(out.getvalue()).kind == "animation"
    assert read(still.getvalue()).kind == "image"


@pytest.mark.parametrize("where", ["movie", "track", "file", "uuid"])
def test_where_a_film_was_taken_is_taken_out(where):
    notes = place_notes()
    body = {
        "movie": lambda: mp4(notes=notes),
        "track": lambda: mp4(track(more=notes)),
        "file": lambda: mp4() + notes,
        "uuid": lambda: mp4(before=box(b"uuid", bytes(16), b"<exif:GPSLatitude>42.6977</exif:GPSLatitude>")),
    }[where]()
    found, kept = after(body)
    assert "place" in found.hidden
    assert b"42.6977" not in kept
    assert b"Phone" not in kept
    assert len(kept) == len(body)
    again, same = after(kept)
    assert (again.hidden, same) == ((), kept)


def test_what_a_device_measured_is_taken_out_with_its_row():
    measured = b"GPS5 lat 42.6977"
    body = mp4(data=bytes(1000) + measured + bytes(1000))
    at = body.index(measured)
    rows = track(), track(b"meta", b"gpmd", width=0, height=0, sizes=(8, 8), chunk=at)
    found, kept = after(mp4(*rows, data=bytes(1000) + measured + bytes(1000)))
    assert "measured" in found.hidden
    assert measured not in kept
    assert b"gpmd" not in kept


def test_a_film_in_all_directions_stays_one():
    around = box(b"uuid", bytes.fromhex("ffcc8263f8554a938814587a02521fdd"), b"<GSpherical:Spherical>")
    _found, kept = after(mp4(track(more=around)))
    assert b"GSpherical" in kept


def test_tags_of_webm_are_taken_out():
    tags = element(0x1254C367, element(0x7373, b"LOCATION +42.6977+23/"))
    found, kept = after(webm(more=tags))
    assert found.hidden == ("place",)
    assert b"42.6977" not in kept
    assert read(kept).seconds == 2.0


HUGE = track(width=60_000, height=60_000)
HOSTILE = {
    "nothing": b"",
    "a head alone": box(b"ftyp", b"isom", numbers(0)),
    "cut off in its pictures": mp4()[:2000],
    "cut off in its index": mp4()[:-100],
    "a box of no length": mp4()[:24] + struct.pack(">I4s", 4, b"free") + mp4()[24:],
    "a box longer than the file": mp4()[:24] + struct.pack(">I4sQ", 1, b"mdat", 2**63) + mp4()[24:],
    "a box that ends before it begins": mp4() + struct.pack(">I4sQ", 1, b"free", 3),
    "boxes without end": box(b"ftyp", b"isom") + box(b"free") * 200_000,
    "no index": box(b"ftyp", b"isom", numbers(0)) + box(b"mdat", bytes(100)),
    "an index of nothing": box(b"ftyp", b"isom", numbers(0)) + box(b"mdat", bytes(9)) + box(b"moov"),
    "sound alone": mp4(track(b"soun", b"mp4a", width=0, height=0)),
    "no width": mp4(track(width=0)),
    "too many pixels": mp4(HUGE),
    "ten hours in four thousand bytes": mp4(seconds=36_000),
    "ten hours in one sample": mp4(track(samples=1, each=36_000_000)),
    "more samples than bytes": mp4(track(samples=2**31, each=0)),
    "pictures in another file": mp4(track(elsewhere=True)),
    "locked": mp4(track(kind=b"encv")),
    "boxes that go round": mp4(track(more=box(b"mdia", box(b"mdia", box(b"mdia"))))),
    "matroska": webm(kind=b"matroska"),
    "webm cut off": webm()[:-2000],
    "webm for ten hours": webm(duration=36_000_000.0),
    "webm that lasts no number": webm(duration=float("nan")),
    "webm for ever": webm(duration=float("inf")),
    "webm too wide": webm(width=60_000),
    "webm of nothing": element(0x1A45DFA3, element(0x4282, b"webm")),
    "webm of noughts": b"\x1a\x45\xdf\xa3" + bytes(64),
    "a zip": b"PK\x03\x04" + bytes(400),
    "SVG with script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "HTML before a film": b"<script>alert(1)</script>" + mp4(),
    "a PDF behind something": b"<html>" + pdf(),
    "a PDF cut off": pdf()[:-40],
    "a PDF of nothing": b"%PDF-1.7\n%%EOF\n",
    "a PDF that runs a script": pdf(extra="/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"),
    "a PDF that starts a program": pdf(extra="/OpenAction << /S /Launch /F (cmd.exe) >>"),
    "a PDF that carries a file": pdf(extra="/Names << /EmbeddedFiles << /Names [] >> >>"),
    "a PDF with a form that runs": pdf(extra="/AcroForm << /XFA (x) >>"),
    "a PDF without pages": pdf(pages=0),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_made_to_hurt_is_refused_with_a_reason(name):
    with pytest.raises(Invalid) as refused:
        read(HOSTILE[name])
    assert refused.value.fields["file"][0].endswith(".")


def test_a_box_that_lies_about_its_table_is_read_no_further_than_it_goes():
    lying = mp4().replace(full(b"stts", numbers(1, 75, 40)), full(b"stts", numbers(2**31, 75, 40)))
    assert read(lying).seconds == 3.0


def test_a_film_that_is_a_page_too_is_kept_as_a_film():
    """The words of a page in a film's free room: what it is served as is what it was read as."""
    page = box(b"free", b"<html><script>alert(1)</script>")
    assert read(mp4(before=page)).mime == "video/mp4"


def test_what_is_larger_than_whoever_runs_tabard_allows_is_refused(settings):
    settings.LARGEST_FILE = 3000
    with pytest.raises(Invalid, match="larger than"):
        read(mp4())


def test_a_program_that_does_not_end_is_ended():
    assert programs.limited(["/bin/sleep", "60"], seconds=-4) is None


def test_a_program_may_not_take_all_memory():
    python = shutil.which("python3") or "python3"
    assert programs.limited([python, "-c", "print(1)"]) == b"1\n"
    assert programs.limited([python, "-c", "x = bytes(900_000_000); print(1)"], memory=500_000_000) is None


def test_a_program_has_no_network_and_none_of_our_secrets(monkeypatch):
    monkeypatch.setenv("TABARD_SECRET_KEY", "very secret")
    python = shutil.which("python3") or "python3"
    said = programs.limited([python, "-c", "import os; print(dict(os.environ))"])
    assert said
    assert b"very secret" not in said


@pytest.mark.skipif(not FFMPEG, reason="ffmpeg is not installed")
class TestWithFfmpeg:
    """Real films by another program: what we read is what it wrote."""

    @pytest.fixture
    def films(self, tmp_path, settings):
        settings.FFMPEG = "/usr/local/bin:/usr/bin"

        def make(ending: str, *more: str) -> bytes:
            out = tmp_path / f"film.{ending}"
            made = ["-f", "lavfi", "-i", "testsrc=d=2:s=320x180:r=25"]
            subprocess.run([FFMPEG, "-v", "error", "-y", *made, *more, str(out)], check=True)
            return out.read_bytes()

        return make

    @pytest.mark.parametrize("ending", ["mp4", "mov", "webm"])
    def test_a_real_film_is_read_cleared_and_shown(self, films, ending, tmp_path):
        found, kept = after(films(ending, "-metadata", "location=+42.6977+023.3219/"))
        assert (found.width, found.height, found.seconds) == (320, 180, pytest.approx(2.0, abs=0.1))
        assert found.fps == pytest.approx(25, abs=0.1)
        assert b"42.6977" not in kept
        with Image.open(io.BytesIO(found.thumbnail)) as small:
            assert (
                len(small.getcolors(maxcolors=1_000_000) or range(1000)) > 100
            )  # a picture, not our triangle
        (tmp_path / "kept").write_bytes(kept)
        played = subprocess.run(
            [FFMPEG, "-v", "error", "-i", tmp_path / "kept", "-f", "null", "-"], capture_output=True
        )
        assert (played.returncode, played.stderr) == (0, b"")

    def test_a_film_in_fragments_is_asked_about(self, films):
        found = read(films("mp4", "-movflags", "frag_keyframe+empty_moov"))
        assert found.seconds == pytest.approx(2.0, abs=0.1)
