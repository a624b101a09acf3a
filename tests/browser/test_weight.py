"""What a page weighs on a first view, from the server as it is run, and what moves while it is drawn."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser

from tests.browser.states import ALL_PAGES
from tests.pictures import running_demo
from tests.weights import MOST_BYTES, MOST_SHIFT, NOT_WEIGHED, as_markdown, weigh, weigh_all

pytestmark = pytest.mark.browser

# A heavy page that pushes its text down when the rest has come.
HEAVY = (
    b"<!doctype html><html><body><p>Text.</p><script>setTimeout(() => document.body.prepend("
    b"Object.assign(document.createElement('h1'), {textContent: 'Late', style: 'height: 300px'})), 100)</script><!--"
    + bytes(Random(1).choices(range(97, 123), k=2 * MOST_BYTES))
    + b"--></body></html>"
)


class HeavyPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(HEAVY)

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def heavy_page() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), HeavyPage)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.prove
def test_every_public_page_is_light_stands_still_and_asks_no_other_host(chromium: Browser, tmp_path: Path) -> None:
    with running_demo(tmp_path) as address:
        weights = weigh_all(chromium, address)

    host = address.removeprefix("http://")
    assert {weight.name for weight in weights} | NOT_WEIGHED == ALL_PAGES
    assert [weight for weight in weights if not weight.is_within] == []
    assert {weight.name: weight.hosts for weight in weights if weight.hosts != {host}} == {}
    assert as_markdown(weights).count("| 0.000 |") == len(weights)


def test_a_heavy_page_that_jumps_is_noticed(chromium: Browser, heavy_page: str) -> None:
    visitor = chromium.new_context()

    weight = weigh(chromium, visitor, name="heavy", url=heavy_page)

    visitor.close()
    assert not weight.is_within
    assert (weight.bytes > MOST_BYTES, weight.shift > MOST_SHIFT) == (True, True)
