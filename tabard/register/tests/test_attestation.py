"""Attestations of the register: kept, corrected, added, disowned, signed, and what nobody answers."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from procrastinate.contrib.django.models import ProcrastinateJob

from tabard.attestation import actions, schedule
from tabard.attestation.evidence import evidence
from tabard.attestation.models import Item, Round
from tabard.kernel import clock
from tabard.kernel.errors import Denied, IllegalMove, Invalid, Overtaken
from tabard.kernel.jobs import react
from tabard.org.actions import change_unit, end_grant, set_policy
from tabard.org.models import Grant
from tabard.publishing.models import Hold
from tabard.register.actions import change_channel, decide
from tabard.register.models import Channel, Doubt
from tests.cast import make_channel

DAY = timedelta(days=1)


@pytest.fixture
def deferred():
    """Run what was deferred since the last time: what apps above do because something happened."""
    seen = [0]

    def run() -> None:
        rows = ProcrastinateJob.objects.filter(pk__gt=seen[0], task_name="kernel.react").order_by("pk")
        for job in rows:
            seen[0] = job.pk
            react(**job.args)

    return run


@pytest.fixture
def led(cast):
    """Freja leads the Nordics with Tomasz as deputy; they have two channels there."""
    change_unit(cast.by("owner"), cast.nordics, lead=cast.district, deputy=cast.publisher)
    change_unit(cast.by("owner"), cast.north, lead=cast.regional)
    cast.soups = make_channel(cast.nordics, "soups@social.example", purpose="Recipes")
    cast.jobs = make_channel(cast.nordics, "jobs", "instagram", purpose="Jobs")
    return cast


def begin(cast, unit=None, **more) -> Round:
    return actions.plan(cast.by("owner"), unit or cast.nordics, kind="register", **more)


def sheet_of(made: Round):
    return made.sheets.get()


def answer(cast, channel, choice="keep", who="district", **more) -> Item:
    item = Item.objects.filter(thing="register.channel", thing_id=channel.pk).latest("pk")
    return actions.answer(cast.by(who), item, choice=choice, **more)


def test_every_channel_in_use_is_asked_of_the_lead_with_what_is_known_of_it(led):
    make_channel(led.nordics, "proposal", state="proposed")
    sheet = sheet_of(begin(led))
    assert sheet.person == led.district
    assert {i.title for i in sheet.items.all()} == {"soups@social.example · Mastodon", "jobs · Instagram"}
    assert sheet.items.get(thing_id=led.soups.pk).facts["purpose"] == "Recipes"


def test_a_round_narrowed_to_a_platform_a_purpose_or_a_state(led):
    made = begin(led, scope={"platform": "instagram"})
    assert [i.thing_id for i in sheet_of(made).items.all()] == [led.jobs.pk]
    rest = begin(led)
    assert [i.thing_id for i in sheet_of(rest).items.all()] == [led.soups.pk], "nobody is asked twice"
    for again in (made, rest):
        actions.cancel(led.by("owner"), again)
    assert [i.thing_id for i in sheet_of(begin(led, scope={"purpose": "recipe"})).items.all()] == [
        led.soups.pk
    ]
    with pytest.raises(Invalid):
        begin(led, scope={"platform": "myspace-of-old"})


def test_signing_puts_a_name_to_what_was_kept_and_what_was_corrected(led):
    made = begin(led)
    answer(led, led.soups)
    done = answer(led, led.jobs, "correct", given={"purpose": "Jobs and careers"})
    assert "Purpose" in done.outcome
    assert done.given["changed"]["purpose"] == ["Jobs", "Jobs and careers"]
    actions.sign(led.by("district"), sheet_of(made))
    for channel in Channel.objects.all():
        assert (channel.attested_by, channel.attested_at is None) == (led.district, False)
    assert Channel.objects.get(pk=led.jobs.pk).purpose == "Jobs and careers"
    made.refresh_from_db()
    assert made.state == "closed"


def test_a_correction_is_made_with_ones_own_rights(led, client):
    made = begin(led)
    end_grant(led.by("owner"), led.district.grants.get(), reason="Steps back")
    with pytest.raises(Denied):
        answer(led, led.jobs, "correct", given={"purpose": "x"})
    assert answer(led, led.jobs).choice == "keep", "whoever was asked still answers"
    client.force_login(led.district)
    page = client.get(f"/reviews/sheets/{sheet_of(made).pk}/").content.decode()
    assert "?choice=disown" in page
    assert "?choice=correct" not in page, "where it would be refused it says why"


def test_a_correction_overwrites_nobody_unseen(led):
    begin(led)
    was = {"purpose": "Jobs"}
    change_channel(led.by("owner"), led.jobs, purpose="Vacancies")
    with pytest.raises(Overtaken):
        answer(led, led.jobs, "correct", given={"purpose": "Careers", "was": json.dumps(was)})
    with pytest.raises(Invalid):
        answer(led, led.jobs, "correct", given={"followers": "9"})
    with pytest.raises(Invalid, match="Change something"):
        answer(led, led.jobs, "correct", given={"purpose": "Vacancies", "was": '{"purpose": "Vacancies"}'})


def test_what_is_not_ours_stands_among_the_doubts_until_somebody_decides(led):
    begin(led)
    with pytest.raises(Invalid, match="Say why"):
        answer(led, led.jobs, "disown")
    answer(led, led.jobs, "disown", words="Region South runs it")
    with pytest.raises(IllegalMove):
        answer(led, led.jobs)
    doubt = Doubt.objects.get()
    assert (doubt.channel, doubt.kind, doubt.said_by) == (led.jobs, "disowned", led.district)
    with pytest.raises(Denied):
        decide(led.by("creator"), doubt, decision="retire", words="x")
    with pytest.raises(Invalid):
        decide(led.by("owner"), doubt, decision="move")
    decide(led.by("owner"), doubt, decision="move", unit=led.south)
    led.jobs.refresh_from_db()
    assert (led.jobs.unit, led.jobs.attested_by) == (led.south, led.owner)
    with pytest.raises(IllegalMove):
        decide(led.by("owner"), doubt, decision="ours")


def test_a_channel_nobody_asked_about_is_proposed_to_those_who_may_add(led):
    change_unit(led.by("owner"), led.nordics, lead=led.analyst)
    sheet = sheet_of(begin(led))
    assert sheet.person == led.analyst
    added = actions.add_item(
        led.by("analyst"), sheet, given={"handle": "https://www.instagram.com/soup_club/"}, words="Since May"
    )
    made = Channel.objects.get(pk=added.thing_id)
    assert (made.handle, made.state, made.unit) == ("soup_club", "proposed", led.nordics)
    with pytest.raises(Invalid, match="in the register already"):
        actions.add_item(led.by("analyst"), sheet, given={"handle": "instagram.com/soup_club"})
    sheet.refresh_from_db()
    assert (sheet.total, sheet.answered) == (3, 1)
    doubt = Doubt.objects.get(kind="proposed")
    assert doubt.words == "Since May"
    decide(led.by("district"), doubt, decision="ours")
    made.refresh_from_db()
    assert (made.state, made.attested_by) == ("active", led.district)


@pytest.mark.parametrize(("policy", "marked", "held"), [("find", 0, 0), ("mark", 2, 0), ("hold", 2, 2)])
def test_what_nobody_answers_is_found_marked_or_held_as_the_policy_says(led, policy, marked, held, deferred):
    set_policy(led.by("owner"), led.organisation, matter="attest_unanswered", value=policy)
    made = begin(led)
    actions.close(led.by("owner"), made)
    deferred()
    assert Doubt.objects.filter(kind="unanswered", said_by=None).count() == 2
    assert Channel.objects.filter(unattested_at__isnull=False).count() == marked
    assert Hold.objects.filter(until_attested=True, lifted_at=None).count() == held
    with pytest.raises(IllegalMove):
        answer(led, led.soups)
    for doubt in Doubt.objects.all():
        decide(led.by("district"), doubt, decision="ours")
    deferred()
    assert not Channel.objects.filter(unattested_at__isnull=False).exists()
    assert not Hold.objects.filter(lifted_at=None).exists(), "publishing goes on once somebody has answered"


def test_a_unit_may_be_stricter_than_the_round_is(led):
    set_policy(led.by("owner"), led.nordics, matter="attest_unanswered", value="hold")
    with pytest.raises(Invalid):
        set_policy(led.by("owner"), led.nordics, matter="attest_unanswered", value="find")
    make_channel(led.south, "south")
    made = begin(led, led.organisation)
    assert {s.unit: s.unanswered for s in made.sheets.all()} == {led.nordics: "hold", led.south: "mark"}


def test_the_next_round_closes_what_nobody_had_answered_and_shows_what_is_different(led):
    actions.close(led.by("owner"), begin(led))
    second = begin(led)
    for channel in (led.soups, led.jobs):
        answer(led, channel)
    actions.sign(led.by("district"), sheet_of(second))
    assert set(Doubt.objects.values_list("decision", flat=True)) == {"attested"}
    change_channel(led.by("owner"), led.soups, audience="Cooks")
    Channel.objects.filter(pk=led.jobs.pk).update(state="retiring")
    Channel.objects.filter(pk=led.jobs.pk).update(state="retired")
    make_channel(led.nordics, "stews")
    with clock.at(clock.now() + 200 * DAY):
        sheet = sheet_of(begin(led))
        known = {i.title.split(" ")[0]: i.known for i in sheet.items.all()}
        assert known == {"stews": 0, "soups@social.example": 1}
        changed = sheet.items.get(thing_id=led.soups.pk).last["changed"]
        assert changed == {"audience": ["", "Cooks"]}
        assert [g["title"] for g in sheet.gone] == ["jobs · Instagram"]


def test_what_was_signed_and_changed_later_shows(led):
    made = begin(led)
    for channel in (led.soups, led.jobs):
        answer(led, channel)
    actions.sign(led.by("district"), sheet_of(made))
    fits = lambda: [s["fits"] for s in evidence(led.by("owner"), made)["sheets"]]  # noqa: E731
    assert fits() == [True]
    item = Item.objects.get(thing_id=led.jobs.pk)
    Item.objects.filter(pk=item.pk).update(facts=item.facts | {"owner": "Nobody"})
    assert fits() == [False]


def test_the_evidence_is_a_package_that_others_can_check(led, client):
    made = begin(led)
    answer(led, led.soups)
    actions.close(led.by("owner"), made)
    client.force_login(led.owner)
    packed = zipfile.ZipFile(io.BytesIO(client.get(f"/reviews/{made.pk}/evidence/zip/").content))
    manifest = json.loads(packed.read("manifest.json"))
    import hashlib

    for name, digest in manifest["files"].items():
        assert hashlib.sha256(packed.read(name)).hexdigest() == digest
    plain = {k: v for k, v in manifest.items() if k not in {"algorithm", "public_key", "signature"}}
    over = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(manifest["public_key"])).verify(
        bytes.fromhex(manifest["signature"]), over
    )
    assert len(json.loads(packed.read(f"review-{made.pk}.json"))["sheets"][0]["items"]) == 2


def test_on_screen_from_beginning_to_signature(led, client):
    client.force_login(led.owner)
    assert "Begin a review" in client.get("/register/attestation/").content.decode()
    given = {"kind": "register", "unit": led.nordics.pk, "days": "14", "platform": "", "purpose": ""}
    assert client.post("/reviews/new/?kind=register", given).status_code == 302
    made = Round.objects.get()
    client.force_login(led.district)
    sheet = sheet_of(made)
    assert f"/reviews/sheets/{sheet.pk}/" in client.get("/").content.decode()
    part = {"HX-Request": "true"}
    one, two = sheet.items.get(thing_id=led.soups.pk), sheet.items.get(thing_id=led.jobs.pk)
    form = client.get(f"/reviews/items/{two.pk}/?choice=correct", headers=part).content.decode()
    assert 'name="purpose" value="Jobs"' in form
    assert "<html" not in form
    bad = {"choice": "correct", "second_factor": "perhaps", "purpose": "Typed", "was": "{}"}
    refused = client.post(f"/reviews/items/{two.pk}/", bad, headers=part).content.decode()
    assert "Say on, off or unknown." in refused
    assert 'value="Typed"' in refused, "nothing typed is lost"
    good = {"choice": "correct", "purpose": "Careers", "was": json.dumps({"purpose": "Jobs"})}
    assert (
        "Corrected: Purpose" in client.post(f"/reviews/items/{two.pk}/", good, headers=part).content.decode()
    )
    client.post(f"/reviews/items/{one.pk}/", {"choice": "disown", "note": "Not us"}, headers=part)
    assert "is in doubt" in client.get("/").content.decode()
    said = client.post(
        f"/reviews/sheets/{sheet.pk}/", {"do": "add", "handle": "@stews", "platform": "instagram"}
    )
    assert said.status_code == 302
    client.post(f"/reviews/sheets/{sheet.pk}/", {"do": "sign"})
    sheet.refresh_from_db()
    assert (sheet.state, sheet.total) == ("signed", 3)
    doubt = Doubt.objects.get(kind="disowned")
    assert "Not us" in client.get(f"/register/doubts/{doubt.pk}/").content.decode()
    assert client.post(f"/register/doubts/{doubt.pk}/", {"decision": "retire"}).status_code == 422
    client.post(f"/register/doubts/{doubt.pk}/", {"decision": "retire", "why": "Closed long ago"})
    assert Channel.objects.get(pk=led.soups.pk).state == "retiring"


def test_a_policy_begins_attestations_by_itself(led):
    set_policy(led.by("owner"), led.nordics, matter="attest_months", value=6)
    schedule.sweep()
    schedule.sweep()
    assert [(r.kind, r.unit, r.made_by) for r in Round.objects.all()] == [("register", led.nordics, None)]
    assert not Grant.objects.filter(ended_at__isnull=False, person=led.creator).exists()
