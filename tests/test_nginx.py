"""The proxy's file, run by the real nginx on free ports: what it tells the clinic about who asks."""

import http.client
import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from booking.networks import find_visitor, parse_proxies
from tests.environment import ROOT
from tests.programs import wait_until
from tests.servers import free_port

CONF = ROOT / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    client_body_buffer_size 4m;  # nginx gives up its rights, and could not write there
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


class Told(BaseHTTPRequestHandler):
    """Stands for the clinic: answers with what it was told."""

    def do_GET(self) -> None:
        body = json.dumps(dict(self.headers)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


def make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "clinic.example")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    now = datetime.now(UTC)
    signed = (
        made.not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """Of nginx, in clear and with TLS; the file as it is shipped, but for ports and folders."""
    folder = tmp_path_factory.mktemp("nginx")
    make_certificate(folder)
    behind = ThreadingHTTPServer(("127.0.0.1", 0), Told)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    clear, tls = free_port(), free_port()
    site = CONF.read_text()
    for shipped, here in {
        "127.0.0.1:8000": f"127.0.0.1:{behind.server_port}",
        "listen 80;": f"listen 127.0.0.1:{clear};",
        "listen 443 ssl": f"listen 127.0.0.1:{tls} ssl",
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "/etc/letsencrypt/live/clinic.example": str(folder),
    }.items():
        assert shipped in site
        site = site.replace(shipped, here)
    conf = folder / "nginx.conf"
    conf.write_text(MAIN.format(folder=folder, site=site))
    running = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(conf)], stderr=subprocess.PIPE)
    try:
        wait_until((folder / "nginx.pid").exists)
        yield clear, tls
    finally:
        running.terminate()
        running.communicate(timeout=20)
        behind.shutdown()
        behind.server_close()


def ask(port: int, **headers: str) -> dict[str, str]:
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=unchecked(), timeout=20)
    connection.request("GET", "/", headers={"Host": "clinic.example"} | headers)
    told: dict[str, str] = json.loads(connection.getresponse().read())
    connection.close()
    return told


def unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def test_the_clinic_is_told_who_asks_and_how_whatever_the_visitor_claims(ports: tuple[int, int]) -> None:
    claims = {
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.test",
        "Forwarded": "for=6.6.6.6",
    }

    told = ask(ports[1], **claims)

    names = ("Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded")
    assert [told.get(name) for name in names] == ["clinic.example", "127.0.0.1", "https", None, None]
    visitor = find_visitor(peer="127.0.0.1", forwarded_for=told["X-Forwarded-For"], proxies=parse_proxies("1"))
    assert visitor == "127.0.0.1"  # who asked nginx, not who the visitor claims to be


def test_in_clear_one_is_sent_to_https(ports: tuple[int, int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", ports[0], timeout=20)
    connection.request("GET", "/book/?a=b", headers={"Host": "clinic.example"})
    answer = connection.getresponse()
    answer.read()
    connection.close()

    assert (answer.status, answer.headers["Location"]) == (301, "https://clinic.example/book/?a=b")


@pytest.mark.parametrize(("path", "length"), [("/", 3_000_000), ("/panel/set-up/import/", 9_000_000)])
def test_a_body_of_megabytes_ends_at_the_proxy(ports: tuple[int, int], path: str, length: int) -> None:
    connection = http.client.HTTPSConnection("127.0.0.1", ports[1], context=unchecked(), timeout=20)
    connection.putrequest("POST", path, skip_host=True)
    connection.putheader("Host", "clinic.example")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    connection.close()

    assert answer.status == 413


def test_a_list_of_megabytes_is_handed_on_with_who_sent_it(ports: tuple[int, int]) -> None:
    connection = http.client.HTTPSConnection("127.0.0.1", ports[1], context=unchecked(), timeout=20)
    headers = {"Host": "clinic.example", "X-Forwarded-For": "6.6.6.6"}
    connection.request("POST", "/panel/set-up/import/", b"a" * 3_000_000, headers)
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()

    assert [told.get(name) for name in ("Content-Length", "X-Forwarded-For")] == ["3000000", "127.0.0.1"]
