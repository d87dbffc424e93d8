"""Other programs that look into a file: each in a process of its own that can do little and not for long.

`ffmpeg` and `ffprobe` are used where whoever runs Tabard has installed them, never demanded: films are read
by our own code, and these draw a picture and fill in what an index does not say.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

log = logging.getLogger(__name__)

LIMITED = str(Path(__file__).with_name("_limited.py"))
MEMORY, SECONDS, MOST = 2_000_000_000, 20, 20_000_000
FORMATS = {"video/mp4": "mov", "video/quicktime": "mov", "video/webm": "matroska"}
DECODERS = (
    "h264,hevc,vp8,vp9,av1,libdav1d,libaom-av1,libvpx,libvpx-vp9,mpeg4,mjpeg,prores,"
    "aac,mp3,mp3float,opus,libopus,vorbis,flac,alac,ac3,eac3,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be"
)


def limited(command: list[str], *, seconds: int = SECONDS, memory: int = MEMORY) -> bytes | None:
    """What a program prints; None where it fails, takes too long, too much memory, or says too much."""
    guarded = [sys.executable, "-I", LIMITED, str(memory), str(seconds), str(MOST), *command]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryDirectory() as empty:
        running = subprocess.Popen(  # noqa: S603 no shell, and no word of it is from outside
            guarded,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.DEVNULL,
            cwd=empty,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        try:
            ended = running.wait(seconds + 5)
        except subprocess.TimeoutExpired:
            ended = -1
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        out.seek(0)
        return out.read(MOST) if ended == 0 else None


def program(name: str) -> str | None:
    """Where `ffmpeg` or `ffprobe` is; None if there is none, or it shall not be used."""
    return shutil.which(name, path=settings.FFMPEG) if settings.FFMPEG else None


def first_picture(path: str, mime: str, seconds: float) -> bytes | None:
    """A picture out of a film, as JPEG: not the very first, which is often black."""
    ffmpeg = program("ffmpeg")
    if ffmpeg is None:
        return None
    fit = "scale=480:480:force_original_aspect_ratio=decrease"
    asked = ["-nostdin", "-v", "error", "-threads", "1", *_reading(path, mime, min(1.0, seconds / 10))]
    wanted = ["-map", "0:v:0", "-frames:v", "1", "-vf", fit, "-threads", "1", "-f", "mjpeg", "pipe:1"]
    return limited([ffmpeg, *asked, *wanted]) or None


def _reading(path: str, mime: str, at: float = 0.0) -> list[str]:
    """What both programs are told of the file: this one only, of this kind only."""
    kind = FORMATS[mime]
    elsewhere = ["-enable_drefs", "0", "-use_absolute_path", "0"] if kind == "mov" else []
    start = ["-ss", f"{at:.3f}"] if at else []
    only = ["-protocol_whitelist", "file", "-codec_whitelist", DECODERS, "-f", kind]
    return [*start, *only, *elsewhere, "-i", f"file:{path}"]


def asked(path: str, mime: str) -> dict[str, Any]:
    """What `ffprobe` says of a film: `seconds` and `fps`, where it knows them."""
    ffprobe = program("ffprobe")
    if ffprobe is None:
        return {}
    show = ["-show_entries", "format=duration:stream=codec_type,avg_frame_rate", "-of", "json"]
    printed = limited([ffprobe, "-v", "error", *show, *_reading(path, mime)])
    try:
        found = json.loads(printed or b"{}")
        rates = [s["avg_frame_rate"] for s in found["streams"] if s["codec_type"] == "video"]
        over, _slash, under = rates[0].partition("/")
        fps = int(over) / int(under or 1) if int(under or 1) else 0.0
        return {"seconds": float(found["format"].get("duration") or 0), "fps": round(fps, 2)}
    except (ValueError, KeyError, TypeError, IndexError):
        return {}
