"""Behind a proxy: its headers, a path of its own, HTTPS; and the page under all that."""

from __future__ import annotations

import datetime
import ipaddress
import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from tests.web.conftest import served
from tests.web.real_server import RealServer, listening
from video_pipeline.core.errors import BadValue
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.visitors import Visitors

PEOPLES = "https://clips.example.org"


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with served(tmp_path_factory.mktemp("behind") / "out", hosts=("clips.example.org",), prefix="/subtitles") as client:
        yield client


def test_nginx_as_it_is_by_default_keeps_no_host(behind: TestClient) -> None:
    """It asks under the server's own address, while the page that people see is another."""
    headers = {"Host": "127.0.0.1:7860", "Origin": PEOPLES, "Sec-Fetch-Site": "same-origin"}
    assert behind.delete("/api/jobs/x", headers=headers).status_code == 404
    for origin in ("https://evil.example", "https://clips.example.org.evil.example", "null", "https://[", "http://localhost:1"):
        assert behind.delete("/api/jobs/x", headers={**headers, "Origin": origin}).status_code == 403, origin
    assert behind.delete("/api/jobs/x", headers={**headers, "Sec-Fetch-Site": "same-site"}).status_code == 403


def test_a_prefix_is_taken_off_and_not_needed(behind: TestClient) -> None:
    assert behind.get("/subtitles/health").json()["status"] == "ok"
    assert behind.get("/health").status_code == 200  # a proxy may have taken it off
    assert behind.get("/subtitles", follow_redirects=False).headers["location"] == "/subtitles/"
    assert behind.get("/subtitlesx/health").status_code == 404
    assert behind.get("/subtitles/v1/nothing").json()["error"]["message"]


def seen(peer: str, server: ServerOptions, **headers: str) -> Any:
    from starlette.datastructures import Headers

    scope = {"type": "http", "client": (peer, 5), "scheme": "http", "headers": []}
    return Visitors(server).seen(scope, Headers({name.replace("_", "-"): value for name, value in headers.items()}))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("10.0.0.5", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.5", "1.2.3.4, 203.0.113.7, 10.0.0.9", "203.0.113.7"),  # what a client made up stands before
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "nonsense", "10.0.0.5"),
        ("203.0.113.7", "1.2.3.4", "203.0.113.7"),  # anybody can send it
    ],
)
def test_addresses_of_clients_come_from_named_proxies_only(tmp_path: Path, peer: str, forwarded: str, address: str) -> None:
    server = ServerOptions(tmp_path, proxies=("10.0.0.0/8",))
    found = seen(
        peer, server, host="127.0.0.1", x_forwarded_for=forwarded, x_forwarded_host="a.example", x_forwarded_proto="https"
    )
    believed = peer.startswith("10.")
    assert (found.address, found.host == "a.example", found.scheme == "https") == (address, believed, believed)


@pytest.mark.parametrize(
    "settings",
    [{"prefix": "subtitles"}, {"prefix": "/a/"}, {"prefix": "/a b"}, {"proxies": ("proxy.local",)}, {"tls_cert": "nothing.pem"}],
)
def test_what_cannot_be_is_refused_at_the_start(tmp_path: Path, settings: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        ServerOptions(tmp_path, **settings)


def certificate(folder: Path) -> tuple[Path, Path]:
    """One for 127.0.0.1, signed by itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + datetime.timedelta(1))
    signed = made.add_extension(address, critical=False).sign(key, hashes.SHA256())
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    pem = serialization.PrivateFormat.PKCS8
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, pem, serialization.NoEncryption()))
    return cert, secret


def test_it_speaks_https_with_a_certificate(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    cert, key = certificate(tmp_path)
    with listening(tmp_path / "out", tls_cert=str(cert), tls_key=str(key)) as server:
        trust = ssl.create_default_context(cafile=str(cert))
        address = f"https://127.0.0.1:{server.port}"
        assert httpx.get(f"{address}/health", verify=trust).status_code == 200
        origin = {"Origin": address}
        assert httpx.delete(f"{address}/api/jobs/x", headers=origin, verify=trust).status_code == 404
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{server.port}/health")


@pytest.fixture(scope="module")
def prefixed(tmp_path_factory: pytest.TempPathFactory, sample_transcript: Path) -> Iterator[RealServer]:
    said = {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}
    with listening(tmp_path_factory.mktemp("prefixed") / "out", page=True, prefix="/a/b", overrides=said) as server:
        yield server


def test_the_page_works_under_a_path_and_under_its_policy(browser: Any, prefixed: RealServer, sample: Path) -> None:
    address = f"{prefixed.address}/a/b/"
    policy = httpx.get(address).headers["content-security-policy"]
    assert "unsafe-inline" not in policy and "sha256-" in policy
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda r: None if r.url.startswith((address, "blob:", "data:")) else wrong.append(r.url))
    page.goto(address)
    page.set_input_files(".drop input", str(sample))
    page.locator("video-moments .card").first.wait_for(timeout=400_000)
    page.goto(address)
    page.locator(".job .thumb img").first.wait_for()
    job = json.loads(httpx.get(f"{prefixed.address}/api/jobs").text)[0]
    report = browser.new_page()
    report.on("console", lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None)
    report.goto(f"{address}api/jobs/{job['id']}/files/report.html")
    report.locator("video-moments .row.said").first.wait_for(timeout=60_000)
    report.close()
    page.close()
    assert not wrong
