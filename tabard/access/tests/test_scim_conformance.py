"""Every check of scim2-tester against our own application, in this process."""

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from tabard.access.actions import add_directory, make_directory_token
from tabard.kernel.actor import command_line


@pytest.fixture
def one_connection():
    """A request would close the connection in whose transaction the test runs."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def checked(cast, settings, one_connection):
    settings.PUBLIC_URL = "http://testserver"
    directory = add_directory(command_line(), cast.nordics, name="Entra")
    key = make_directory_token(command_line(), directory).key
    says = {"HTTP_AUTHORIZATION": f"Bearer {key}"}
    return check_server(WSGISCIMClient(WSGIHandler(), base_url="http://testserver/scim/v2", environ=says))


def test_every_check_succeeds(checked):
    assert len(checked) > 130
    wrong = [f"{c.status.name} {c.title} {c.resource_type}: {c.reason}" for c in checked]
    assert [each for each in wrong if not each.startswith(Status.SUCCESS.name)] == []
