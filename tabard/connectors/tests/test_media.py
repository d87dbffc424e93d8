"""Pictures go out upright, small enough and without what is hidden in them."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from PIL import Image, ImageChops, PngImagePlugin

from tabard.connectors.card import MediaRule
from tabard.connectors.errors import Refused
from tabard.connectors.media import Picture, fit
from tabard.connectors.strip import bare

RULE = MediaRule(
    "image", ("image/jpeg", "image/png", "image/webp", "image/gif"), 4, 1_000_000, fits_itself=True
)
PLACE = b"42.6977 N 23.3219 E"


def drawn(form: str, size: tuple[int, int] = (300, 200), *, mode: str = "RGB", **more: Any) -> bytes:
    image = Image.effect_noise(size, 60).convert(mode)
    image.info.clear()
    out = io.BytesIO()
    image.save(out, form, **more)
    return out.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    found = Image.new("RGB", (1, 1)).getexif()
    found[0x010E], found[0x0112] = PLACE.decode(), orientation
    return found


def fitted(body: bytes, rule: MediaRule = RULE, **more: int) -> Picture:
    return asyncio.run(fit(body, rule, **more))


def same_pixels(one: bytes, other: bytes) -> bool:
    with Image.open(io.BytesIO(one)) as first, Image.open(io.BytesIO(other)) as second:
        return not ImageChops.difference(first.convert("RGBA"), second.convert("RGBA")).getbbox()


def text_chunk() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("place", PLACE.decode())
    return info


@pytest.mark.parametrize(
    ("form", "more"),
    [
        ("JPEG", {"exif": exif(), "comment": PLACE, "quality": 90}),
        ("JPEG", {"exif": exif(), "progressive": True, "quality": 90}),
        ("PNG", {"exif": exif(), "pnginfo": text_chunk()}),
        ("WEBP", {"exif": exif().tobytes(), "xmp": PLACE, "lossless": True}),
    ],
)
def test_a_picture_that_fits_keeps_every_pixel_and_loses_what_is_hidden(form: str, more: dict) -> None:
    body = drawn(form, **more)
    assert PLACE in body
    made = fitted(body)
    assert PLACE not in made.body
    assert same_pixels(body, made.body)
    assert (made.mime, made.width, made.height) == (f"image/{form.lower()}", 300, 200)


def test_what_hangs_behind_a_picture_does_not_go_out() -> None:
    body = drawn("JPEG") + PLACE
    assert PLACE not in fitted(body).body
    assert PLACE not in fitted(drawn("PNG") + PLACE).body


def test_a_colour_profile_stays() -> None:
    profile = b"\x00" * 200 + b"a profile"
    assert b"a profile" in fitted(drawn("JPEG", icc_profile=profile, exif=exif())).body


def test_a_picture_on_its_side_is_turned() -> None:
    made = fitted(drawn("JPEG", exif=exif(6)))
    assert (made.width, made.height) == (200, 300)
    assert PLACE not in made.body


def test_pixels_and_bytes_are_brought_within_the_limits() -> None:
    small = MediaRule("image", RULE.mimes, 4, 40_000, pixels=250_000, fits_itself=True)
    for form in ("JPEG", "PNG", "WEBP"):
        made = fitted(drawn(form, (1600, 1200)), small)
        assert len(made.body) <= 40_000
        assert made.width * made.height <= 250_000
        assert abs(made.width / made.height - 4 / 3) < 0.02
    assert max(fitted(drawn("JPEG", (1600, 1200)), side=500).width, 0) == 500


def test_what_can_be_seen_through_stays_so_where_that_is_taken_and_lies_on_white_elsewhere() -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(clear, "TIFF")
    assert fitted(clear.getvalue()).mime == "image/png"
    only = MediaRule("image", ("image/jpeg",), 1, 1_000_000, fits_itself=True)
    made = fitted(clear.getvalue(), only)
    with Image.open(io.BytesIO(made.body)) as opened:
        assert opened.convert("RGB").getpixel((25, 25)) == (255, 255, 255)


def test_a_moving_picture_keeps_moving_where_that_is_taken() -> None:
    frames = [Image.new("P", (40, 40), n) for n in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert fitted(out.getvalue()).body == out.getvalue()
    still = fitted(out.getvalue(), MediaRule("image", ("image/jpeg",), 1, 1_000_000, fits_itself=True))
    assert still.mime == "image/jpeg"


@pytest.mark.parametrize("body", [b"", b"no picture", b"\xff\xd8\xff\xe0", drawn("PNG")[:100]])
def test_what_is_no_picture_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        fitted(body)
    assert refused.value.code == "unreadable_picture"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_file_that_is_cut_off_is_never_called_bare(form: str) -> None:
    body = drawn(form)
    for end in range(0, len(body) - 1, 997):
        cut = bare(body[:end], form)
        assert cut is None or len(cut) <= end + 2


def test_a_picture_that_cannot_be_made_small_enough_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        fitted(drawn("JPEG", (900, 900)), MediaRule("image", ("image/jpeg",), 1, 500, fits_itself=True))
    assert refused.value.code == "too_big"
