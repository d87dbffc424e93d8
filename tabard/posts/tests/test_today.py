"""Today shows the most urgent of a kind, and says that there is more only where there is."""

import pytest

from tabard.approvals.actions import decide
from tabard.approvals.models import Approval
from tabard.kernel.today import MOST, needs
from tabard.posts.actions import make_post, submit
from tests.cast import make_channel

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("sent_back", "shown", "said"), [(2, 2, 0), (MOST, MOST, 0), (MOST + 1, MOST, 1)])
def test_what_was_sent_back_ends_with_where_the_rest_is(cast, sent_back, shown, said):
    by, channel = cast.by("creator"), make_channel(cast.nordics, "soups")
    for n in range(MOST + 2):
        post = make_post(by, cast.nordics, title=f"Soup {n}", text="Three soups.", channels=[channel])
        if n < sent_back:
            submit(by, post)
    for waiting in Approval.objects.filter(state="asked"):
        decide(cast.by("approver"), waiting, yes=False, digest=waiting.digest, comment="Too salty")
    states = [need.state for need in needs(by, None)]
    assert (states.count("refused"), states.count("queued")) == (shown, said)
