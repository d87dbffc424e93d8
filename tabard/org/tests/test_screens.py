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
