import pytest
from django.contrib.auth.models import User
from django.test import Client


@pytest.fixture
def superuser(client: Client) -> Client:
    """The browser of somebody who may enter the back office; nothing else is there yet."""
    client.force_login(User.objects.create_superuser("owner"))
    return client
