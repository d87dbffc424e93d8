"""Pictures that are the same and pictures that are not."""

import csv
import io
import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from PIL import EpsImagePlugin, Image, ImageDraw, ImageFilter

from tabard.watch.pictures import alike, look, read, see, written

DATA = Path(os.environ.get("TABARD_REFERENCE_DATA", "")) / "data/pdq-images"
TURNS = list(Image.Transpose)


def scene(seed):
    """A picture with something to see in it."""
    image = Image.effect_mandelbrot((240, 240), (-2 + seed / 9, -1.2, 0.6 + seed / 7, 1.1), 60)
    return image.convert("RGB").filter(ImageFilter.GaussianBlur(1.5))


def logo(kind, ink="#0a3d91", ground="white", size=128, margin=16):
    image = Image.new("RGB", (size, size), ground)
    draw = ImageDraw.Draw(image)
    low, high = margin, size - margin
    middle, third = size // 2, (high - low) // 3
    if kind == "ring":
        draw.ellipse((low, low, high, high), outline=ink, width=third // 2)
    elif kind == "cross":
        draw.rectangle((middle - third // 2, low, middle + third // 2, high), fill=ink)
        draw.rectangle((low, middle - third // 2, high, middle + third // 2), fill=ink)
    elif kind == "arrow":
        draw.polygon([(low, low), (high, middle), (low, high), (low + third, middle)], fill=ink)
    elif kind == "disc":
        draw.ellipse((low, low, high, high), fill=ink)
    else:
        draw.polygon([(middle, low), (high, high), (low, high)], fill=ink)
    return image


@pytest.mark.parametrize("turn", TURNS)
def test_a_turned_or_mirrored_picture_is_the_same(turn):
    one = see(scene(1))
    assert alike(one, see(scene(1).transpose(turn))) == "turned"


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image.resize((64, 64)),
        lambda image: image.filter(ImageFilter.GaussianBlur(3)),
        lambda image: image.convert("L"),
        lambda image: image.point(lambda v: min(255, int(v * 1.25))),
        lambda image: image.quantize(24).convert("RGB"),
    ],
)
def test_a_worked_over_copy_is_the_same(change):
    assert alike(see(scene(1)), see(change(scene(1)))) == "copy"


def test_other_pictures_are_not():
    kinds = [see(scene(seed)) for seed in (1, 4, 7)]
    assert [alike(one, other) for one, other in combinations(kinds, 2)] == ["", "", ""]


LOGOS = ["ring", "cross", "arrow", "disc", "triangle"]


@pytest.mark.parametrize("kind", LOGOS)
def test_a_flat_logo_is_known_by_its_outline(kind):
    ours = see(logo(kind))
    for copy in (
        logo(kind, size=48, margin=6),
        logo(kind, margin=30),
        logo(kind, ink="#d4145a"),
        logo(kind, ink="white", ground="#0a3d91"),
    ):
        assert alike(ours, see(copy)), kind
    assert [other for other in LOGOS if alike(ours, see(logo(other)))] == [kind]


def test_what_is_no_picture(tmp_path):
    (tmp_path / "a.png").write_bytes(b"no picture")
    assert look(tmp_path / "a.png") is None
    assert look(tmp_path / "none.png") is None
    assert look(tmp_path) is None
    assert written("zz" * 32) is None
    assert written("ab") is None
    blank = see(Image.new("RGB", (50, 50), "white"))
    assert alike(blank, see(Image.new("RGB", (50, 50), "black"))) == ""


def test_no_other_program_is_started_for_a_picture(monkeypatch):
    """Pillow has Ghostscript open what is written in PostScript, whatever a file is called."""
    started = []
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *given, **more: started.append(given))
    script = io.BytesIO()
    logo("ring").save(script, "EPS")
    assert read(script.getvalue()) is None
    assert started == []


BOMB = """
import io, resource, sys
from PIL import Image
from tabard.watch import pictures
data = io.BytesIO()
Image.new({mode!r}, (6300, 6300)).save(data, "PNG")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert pictures.read(data.getvalue()) is not None
sys.stdout.write(str((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024))
"""


@pytest.mark.parametrize("mode", ["L", "RGB", "P"])
def test_a_small_file_does_not_fill_the_memory(mode):
    """40 kB that open to 40 million pixels; without care they took 800 MB, in each thread that reads one."""
    told = subprocess.run([sys.executable, "-c", BOMB.format(mode=mode)], capture_output=True, text=True)
    assert int(told.stdout or told.stderr) < 300


def test_a_large_picture_is_the_same_as_a_small_one():
    small = scene(3)
    large = small.resize((3600, 3600), Image.Resampling.BICUBIC)
    assert alike(see(large), see(small)) == "copy"
    turned = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    large.transpose(Image.Transpose.ROTATE_90).save(turned, "JPEG", exif=exif)
    assert alike(read(turned.getvalue()), see(small)) == "copy"


@pytest.mark.reference
@pytest.mark.skipif(not DATA.is_dir(), reason="TABARD_REFERENCE_DATA is not set")
def test_published_pictures_and_hashes():
    with (DATA / "published_hashes.csv").open() as file:
        published = {row["file"]: written(row["pdq_hash"]) for row in csv.DictReader(file)}
    ours = look(DATA / "aaa-orig.jpg")
    files = {path.name: look(path) for path in DATA.glob("*.jpg")}
    assert {name for name, picture in files.items() if alike(ours, picture)} == {
        name for name in files if not name.startswith("unrelated")
    }
    assert all(alike(ours, picture) == "copy" for picture in published.values())
    for name, picture in files.items():
        if name in published:
            # An implementation counts as right within 10 bits where there is no scaling before it.
            assert (picture.turns[0] ^ published[name].turns[0]).bit_count() <= 14
    others = [picture for name, picture in files.items() if name.startswith("unrelated")]
    assert not any(alike(one, other) for one, other in combinations(others, 2))
