"""The screens of the organisation, as people of the cast see them."""

import pytest

from tabard.org.models import Grant, Policy, Role, Unit


@pytest.fixture
def seen(client, cast):
    def as_(who: str):
        client.force_login(getattr(cast, who))
        return client

    return as_


PAGES = [
    "/",
    "/units/",
    "/units/?risks=1",
    "/units/{u}/",
    "/units/{u}/new/",
    "/units/{u}/policies/",
    "/units/{u}/grants/",
    "/units/{u}/change/",
    "/reorganisations/",
    "/people/",
    "/people/csv/",
    "/people/new/",
    "/people/{p}/",
    "/people/{p}/hand-over/",
    "/people/{p}/absences/",
    "/grants/",
    "/grants/csv/",
    "/roles/",
    "/me/",
    "/audit/",
    "/audit/csv/",
    "/tokens/",
    "/scope/",
    "/find/?q=nordics",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "bg"])
def test_every_page_opens(seen, cast, page, language):
    type(cast.owner).objects.filter(pk=cast.owner.pk).update(language=language)
    cast.owner.refresh_from_db()
    assert seen("owner").get(page.format(u=cast.nordics.pk, p=cast.creator.pk)).status_code == 200


def test_the_scope_is_in_the_address_and_on_every_link(seen, cast):
    shown = seen("owner").get(f"/@{cast.north.slug}/units/").content.decode()
    assert "Region South" not in shown
    assert f'href="/@{cast.north.slug}/units/' in shown


def test_a_scope_out_of_sight_does_not_exist(seen, cast):
    assert seen("stranger").get(f"/@{cast.nordics.slug}/units/").status_code == 404


def test_a_looser_policy_is_refused_with_the_reason(seen, cast):
    body = {"matter": "own_approval", "kind": "flag", "value": "yes"}
    answer = seen("district").post(f"/units/{cast.nordics.pk}/policies/", body)
    assert answer.status_code == 422
    assert "never laxer" in answer.content.decode()


def test_a_policy_is_inherited_and_tightened(seen, cast):
    steps = {
        "matter": "approval_steps",
        "kind": "steps",
        "role": ["approver", "manager"],
        "name": ["Brand", "Region"],
    }
    seen("regional").post(f"/units/{cast.north.pk}/policies/", steps)
    assert "from Region North" in seen("district").get(f"/units/{cast.nordics.pk}/policies/").content.decode()
    assert Policy.objects.get().value[1]["role"] == "manager"


def test_a_grant_is_given_and_ended(seen, cast):
    role = Role.objects.get(slug="analyst")
    body = {
        "person": cast.creator.pk,
        "role": role.pk,
        "reason": "Report of the year",
        "ends_at": "2099-01-01T10:00",
    }
    seen("district").post(f"/units/{cast.nordics.pk}/grants/", body)
    grant = Grant.objects.get(role=role, person=cast.creator)
    assert grant.reason == "Report of the year"
    seen("district").post(f"/grants/{grant.pk}/end/", {"reason": "Done"})
    grant.refresh_from_db()
    assert grant.ended_at


def test_a_unit_is_added_with_its_own_arms(seen, cast):
    body = {"name": "Карелия", "kind": "team", "lead": cast.creator.pk, "deputy": 0}
    seen("district").post(f"/units/{cast.nordics.pk}/new/", body)
    made = Unit.objects.get(name="Карелия")
    assert made.arms
    assert made.path == f"{cast.nordics.path}{made.pk}/"


def test_somebody_is_named_by_name_or_e_mail(seen, cast):
    page, role = f"/units/{cast.nordics.pk}/grants/", Role.objects.get(slug="analyst")
    body = {"role": role.pk, "reason": "Report of the year"}
    for said in ("Marek Nowak", cast.publisher.email):
        seen("district").post(page, {**body, "person": said})
    given = Grant.objects.filter(role=role, unit=cast.nordics).values_list("person", flat=True)
    assert set(given) == {cast.creator.pk, cast.publisher.pk}
    refused = seen("district").post(page, {**body, "person": "Nobody Ever"})
    assert refused.status_code == 422
    assert "Nobody Ever" in refused.content.decode()


def test_a_few_are_offered_while_a_name_is_typed(seen, cast):
    shown = seen("district").get("/people/choices/?lead=nowak").content.decode()
    assert cast.creator.email in shown
    assert cast.publisher.email not in shown


def test_some_things_of_a_unit_go_elsewhere_than_the_rest(seen, cast):
    from tabard.org.actions import plan
    from tests.cast import make_channel

    here, there = make_channel(cast.nordics, "stays_with_most"), make_channel(cast.nordics, "goes_south")
    change = plan(cast.by("owner"), cast.nordics, kind="close", reason="One team")
    page, kind = f"/reorganisations/{change.pk}/", "register.channels"
    assert "goes_south" not in seen("owner").get(page).content.decode()
    assert "goes_south" in seen("owner").get(f"{page}?each={kind}").content.decode()
    body = {f"all:{kind}": cast.north.pk, f"some:{kind}": [there.pk], f"to:{kind}": cast.south.pk}
    seen("owner").post(page, body)
    change.refresh_from_db()
    assert change.plan[kind] == {"all": cast.north.pk, str(there.pk): cast.south.pk}
    assert here.pk != there.pk
