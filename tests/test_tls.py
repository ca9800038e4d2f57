"""TLS: certificates are verified, a failure is a record with its reason, and the bytes above TLS are exact."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Sagwan
from tests.faults.island import certificate
from tests.rawserver import RawServer, plain

ANSWER = plain("한글 본문".encode(), b"X-oDD: 1", b"Set-Cookie: a=1", b"Set-Cookie: b=2")
FETCH = """
import asyncio, json, sys
from scrapy.utils.reactor import install_reactor
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor", "crawler.loop.Loop")
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from twisted.internet import reactor
from archive.capture import Facts
from crawler import handler, wire
settings = Settings()
settings.setmodule("crawler.settings", priority="project")
settings.set("DOWNLOAD_VERIFY_CERTIFICATES", sys.argv[2] != "unverified", priority="cmdline")
crawler = Crawler(Spider, settings)
crawler._apply_settings()
crawler.spider = Spider(name="x")

async def main():
    request, tap, response, error = Request(sys.argv[1]), wire.Tap(limit=1 << 20), None, None
    fetcher = wire.WireHandler(crawler)
    try:
        response = await fetcher.fetch(request, tap)
    except Exception as problem:
        error = problem
    facts = Facts(source="s", page="p", run="r", topic="t", url=request.url)
    made = handler._exchange(facts, tap, request, response, error)
    await fetcher.close()
    print(json.dumps({"request": made.request.hex(), "head": made.head and made.head.hex(), "body": made.body.hex(),
                      "error": facts.error, "fidelity": facts.fidelity, "tls": facts.tls, "ip": made.ip}))
    reactor.callLater(0, reactor.stop)

asyncio.get_event_loop().create_task(main())
reactor.run()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[RawServer, str]]:
    path, fingerprint = certificate(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with RawServer(lambda target: ANSWER, tls=context) as running:
        yield running, fingerprint


def fetch(sagwan: Sagwan, url: str, how: str = "verified") -> Any:
    ended = subprocess.run(
        [sys.executable, "-c", FETCH, url, how], cwd=ROOT, env=sagwan.environment(), capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_a_certificate_that_nobody_vouches_for_is_refused(sagwan: Sagwan, server: tuple[RawServer, str]) -> None:
    made = fetch(sagwan, f"https://localhost:{server[0].port}/v/1")
    assert "certificate verify failed" in made["error"]
    assert (made["head"], made["body"], made["fidelity"]) == (None, "", None)
    assert made["request"] == ""  # nothing was sent before the handshake
    assert server[0].log == []


def test_a_certificate_for_another_name_is_refused(sagwan: Sagwan, tmp_path: Path) -> None:
    other, _ = certificate(tmp_path, "other.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(other)
    sagwan.env["SSL_CERT_FILE"] = str(tmp_path / "other.example.crt")
    with RawServer(lambda target: ANSWER, tls=context) as running:
        made = fetch(sagwan, f"https://localhost:{running.port}/v/1")
    assert made["error"]
    assert (made["head"], running.log) == (None, [])


@pytest.mark.parametrize("how", ["verified", "unverified"])
def test_the_bytes_above_tls_are_exact(sagwan: Sagwan, tmp_path: Path, server: tuple[RawServer, str], how: str) -> None:
    if how == "verified":
        sagwan.env["SSL_CERT_FILE"] = str(tmp_path / "localhost.crt")
    running, fingerprint = server
    made = fetch(sagwan, f"https://localhost:{running.port}/v/1", how)
    assert made["error"] is None
    assert bytes.fromhex(made["head"]) + bytes.fromhex(made["body"]) == ANSWER
    assert bytes.fromhex(made["request"]) == running.log[0].request
    assert (made["fidelity"], made["tls"], made["ip"]) == ("wire", fingerprint, "127.0.0.1")
