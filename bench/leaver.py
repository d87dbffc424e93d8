"""How long one PATCH of a directory takes that somebody has left, on whom much hangs.

`make bench NAME=leaver`; `CHANNELS=50` is a shorter run. `tabard web` is started on a small organisation in a
database of its own. Each of several people owns 300 channels, made the connection of each, stands on the
platform's list of each, has 300 posts not finished and 100 approvals waiting, leads a unit, has seen 60
passwords, has two sessions and three tokens. Then the directory says of one after the other that they are
not active any more: in one transaction nothing opens for them, all that hung on them is somebody else's, and
what they knew is to be changed. The last line is JSON.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from datetime import timedelta
from typing import Any

os.environ.setdefault("POSTS", "1000")
from bench import scim, screens

CHANNELS = int(os.environ.get("CHANNELS", "300"))
PEOPLE = int(os.environ.get("LEAVERS", "5"))
APPROVALS, CREDENTIALS, TOKENS, SESSIONS = 100, 60, 3, 2


def person(directory: Any, unit: Any, n: int) -> Any:
    """Somebody the directory knows, with a unit to lead and a grant."""
    from tabard.access.models import Member
    from tabard.kernel import clock
    from tabard.org.models import Grant, Person, Role

    mail = f"leaver{n}.{uuid.uuid4().hex[:6]}@bench.example"
    made = Person.objects.create(email=mail, name=f"Leaver {n}", unit=unit, search=mail)
    role = Role.objects.get(slug="manager")
    Grant.objects.create(person=made, role=role, unit=unit, starts_at=clock.now(), reason="Bench")
    now = clock.now()
    Member.objects.create(
        directory=directory, person=made, user_name=mail, created_at=now, changed_at=now, said={}
    )
    return made


def things(who: Any, unit: Any) -> None:
    """All that hangs on them, as rows: this is measured when it changes hands."""
    from tabard.access.models import ApiToken, Session
    from tabard.kernel import clock
    from tabard.posts.models import Post, Variant
    from tabard.register.models import Channel, Connection, Platform
    from tabard.safety.models import Credential, Look, PlatformAdmin

    now, mark = clock.now(), uuid.uuid4().hex[:8]
    platform = Platform.objects.get(slug="practice")
    channels = Channel.objects.bulk_create(
        Channel(unit=unit, platform=platform, handle=f"{mark}_{n}", owner=who, search=mark)
        for n in range(CHANNELS)
    )
    Connection.objects.bulk_create(
        Connection(channel=c, connected_by=who, connected_at=now, base_url="http://practice.test")
        for c in channels
    )
    PlatformAdmin.objects.bulk_create(
        PlatformAdmin(
            channel=c, remote_id=mark, server="http://practice.test", person=who, first_at=now, last_at=now
        )
        for c in channels
    )
    posts = Post.objects.bulk_create(Post(unit=unit, author=who, title=f"Draft {c.pk}") for c in channels)
    Variant.objects.bulk_create(
        Variant(post=p, channel=c, text="Soup") for p, c in zip(posts, channels, strict=True)
    )
    kept = Credential.objects.bulk_create(
        Credential(channel=c, name=f"Password {c.pk}") for c in channels[:CREDENTIALS]
    )
    Look.objects.bulk_create(
        Look(credential=c, person=who, what="password", via="screen", at=now) for c in kept
    )
    ApiToken.objects.bulk_create(
        ApiToken(person=who, name=f"t{n}", digest=f"{mark}{n}".ljust(64, "0"), start="x")
        for n in range(TOKENS)
    )
    later = now + timedelta(hours=8)
    Session.objects.bulk_create(
        Session(
            person=who, way="password", started_at=now, seen_at=now, proved_at=now, ends_at=later,
            idle_at=later, pause=60,
        )
        for _n in range(SESSIONS)
    )  # fmt: skip
    waiting(who, posts)


def waiting(who: Any, posts: list[Any]) -> None:
    """Approvals that wait for them."""
    from tabard.approvals.models import Approval, Step
    from tabard.kernel import clock
    from tabard.posts.models import Variant

    variants = Variant.objects.filter(post__in=posts[:APPROVALS]).select_related("post__unit")
    made = Approval.objects.bulk_create(
        Approval(
            unit=v.post.unit, channel_id=v.channel_id, subject_kind="posts.variant", subject_id=v.pk,
            group_id=v.post_id, title=v.post.title, digest="x", content={}, asked_at=clock.now(),
        )
        for v in variants
    )  # fmt: skip
    Step.objects.bulk_create(Step(approval=a, person=who, name="Yes") for a in made)


def leave(client: Any, member: int) -> float:
    """Milliseconds of one PATCH; afterwards nothing may be left."""
    from tabard.kernel import doors, holdings
    from tabard.org.models import Person

    gone = {"op": "Replace", "path": "active", "value": "False"}
    patch = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [gone]}
    begun = time.perf_counter()
    answer = client.patch(f"/Users/{member}", json=patch)
    took = 1000 * (time.perf_counter() - begun)
    assert answer.status_code == 200, answer.text
    who = Person.objects.get(members__user_name=answer.json()["userName"])
    assert not who.is_active
    assert holdings.counted("person", who.pk) == []
    assert doors.counted(who.pk) == []
    return took


def main() -> None:
    screens.prepare()
    import httpx

    from tabard.access.models import Directory, Member
    from tabard.kernel.actor import command_line
    from tabard.org.actions import add_unit
    from tabard.org.models import Person, Unit

    token = scim.key()
    directory = Directory.objects.latest("pk")
    by, heir = command_line(), Person.objects.filter(is_active=True).order_by("pk")[0]
    members = []
    for n in range(PEOPLE):
        above = Unit.objects.get(parent=None)
        unit = add_unit(by, above, name=f"Bench {uuid.uuid4().hex[:8]}", kind="district", deputy=heir)
        who = person(directory, unit, n)
        Unit.objects.filter(pk=unit.pk).update(lead=who)
        things(who, unit)
        members.append(Member.objects.get(person=who).pk)
    server = scim.served()
    says = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
    try:
        with httpx.Client(base_url=f"http://{scim.BIND}/scim/v2", headers=says, timeout=60) as client:
            first = client.get("/Users", params={"count": PEOPLE}).json()["Resources"]
            times = sorted(leave(client, one["id"]) for one in first)
    finally:
        server.terminate()
        server.wait(30)
    found = {"channels": CHANNELS, "leavers": len(times), "members": len(members)}
    print(
        json.dumps({**found, "median_ms": round(times[len(times) // 2], 1), "worst_ms": round(times[-1], 1)})
    )


if __name__ == "__main__":
    main()
