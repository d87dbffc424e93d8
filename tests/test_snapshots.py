"""Rights and the API document do not change unseen."""

import pytest

from tests import snapshots


def test_who_may_do_what():
    assert snapshots.RIGHTS.read_text() == snapshots.written(snapshots.rights()), snapshots.NEW


def test_the_document_of_the_api():
    assert snapshots.API.read_text() == snapshots.written(snapshots.document()), snapshots.NEW


@pytest.mark.parametrize("role", ["analyst", "community", "auditor", "advocate"])
def test_those_who_look_change_nothing_but_their_own(role):
    own = {"person.profile", "token.make", "token.end", "absence.say", "absence.end", "comment.add"}
    own |= {"audit.export"}  # a copy of what they may read
    own |= {"session.end", "session.end_others", "recovery_codes.make", "recovery_code.use"}
    own |= {"item.answer", "sheet.sign", "sheet.add", "sheet.hand_on"}  # where they are asked
    own |= {"request.ask", "request.change", "request.withdraw", "retirement.step_done"}  # one's own part
    own |= {"sighting.tip"}  # what anybody may tell
    own |= {"platform_change.end"}  # what was given to them
    if role == "community":  # their work
        own |= {"conversation.done", "conversation.reopen", "conversation.take", "conversation.leave"}
        own |= {"reply.write", "reply.retry", "reply.cancel", "reply.confirm", "reply.deny"}
        own |= {"reply.sent", "reply.stopped"}
        own |= {"message.moderate", "moderation.retry", "moderation.cancel"}
        own |= {"moderation.done", "moderation.stopped"}
    # Of what they have checked out themselves; auditors see that there are credentials and check none out.
    own |= {"credential.look", "credential.code", "credential.give_back"}
    assert set(snapshots.rights()[role]) <= own
