"""How many texts a second one core judges, for each way of counting.

`make bench NAME=text`. Posts of about 180 letters in Latin, Cyrillic, Arabic, Japanese and with
emoji, with links, names and tags as people write them. To reach: 20,000 a second, reading and
writing JSON included. The last line is JSON.
"""

from __future__ import annotations

import json
import random
import statistics
import time

from tabard.cli.text import answer
from tabard.connectors.registry import text_places

PLACES = text_places()
WORDS = {
    "latin": "our new shop opens today with soup bread coffee and music for everybody who comes early",
    "cyrillic": "днес отваря нашият нов магазин със супа хляб кафе и музика за всички които дойдат рано",
    "arabic": "اليوم نفتح متجرنا الجديد مع الحساء والخبز والقهوة والموسيقى لكل من يأتي مبكرا",
    "japanese": "本日は 新しい お店が 開店します スープと パンと コーヒーと 音楽を お楽しみ ください",
}
SEASONING = (
    "https://example.org/opening?day=1",
    "example.com/a",
    "@meridian",
    "#opening",
    "#откриване",
    "🎉",
    "👨‍👩‍👧",
    "$MRDN",
)
PLACEMENTS = (
    "x.text",
    "bluesky.text",
    "mastodon.text",
    "linkedin_organization.text_link",
    "threads.text",
    "instagram.feed_image",
    "telegram_channel.text",
    "youtube.video",
)
TEXTS = 4000
RUNS = 5


def texts() -> list[str]:
    """The same ones each time; one in ten has three times the length."""
    lot, found = random.Random(7), []
    for number in range(TEXTS):
        words = WORDS[lot.choice(("latin", "latin", "cyrillic", "cyrillic", "arabic", "japanese"))].split()
        made = [lot.choice(words) for _n in range(lot.randint(10, 40) * (3 if number % 10 == 0 else 1))]
        for _n in range(lot.randint(0, 3)):
            made.insert(lot.randrange(len(made)), lot.choice(SEASONING))
        found.append(" ".join(made))
    return found


def main() -> None:
    lines = [json.dumps({"id": n, "text": text}).encode() for n, text in enumerate(texts())]
    mean = statistics.mean(len(json.loads(line)["text"]) for line in lines)
    print(f"{len(lines)} texts of {mean:.0f} letters on average")
    found = {}
    for name in PLACEMENTS:
        times = []
        for _run in range(RUNS):
            begun = time.process_time()
            for line in lines:
                answer(line, PLACES[name])
            times.append(time.process_time() - begun)
        found[name] = round(len(lines) / statistics.median(times))
        print(f"{name:34} {found[name]:>8,} texts a second")
    print(json.dumps({"texts_per_s": found}))


if __name__ == "__main__":
    main()
