from django.conf import settings
from django.urls import reverse

from clinic.running.sizes import LISTS, LONGEST_BODY, LONGEST_LIST, longest_body
from tests.environment import ROOT


def test_lists_alone_may_be_long_and_the_proxy_lets_as_much_through() -> None:
    conf = (ROOT / "deploy" / "nginx.conf").read_text()
    paths = [reverse("panel:set_up_carry"), reverse("panel:set_up_website"), "/book/", "/"]

    assert [longest_body(path) for path in paths] == [LONGEST_LIST, LONGEST_BODY, LONGEST_BODY, LONGEST_BODY]
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == LONGEST_BODY
    assert f"location {LISTS} {{\n        client_max_body_size {LONGEST_LIST >> 20}m;" in conf
    assert f"    client_max_body_size {LONGEST_BODY >> 20}m;" in conf
