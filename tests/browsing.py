"""A small site of hostile pages, and the source `probe` that knows it: for what the browser does."""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from crawler import browser, opened, settings
from crawler.sources import Allow, Source, all_sources
from tests.rawserver import CLOSE, RawServer, plain

MOST = 1 << 20  # bytes of an answer
HOST, FRAME = "www.probe.kr", "talk.frame.kr"
SITE = f"https://{HOST}/a/"
INSTALL = "from tests.browsing import browser, install; install()"
HTML = b"Content-Type: text/html; charset=utf-8"
EUC_KR = b"Content-Type: text/html; charset=euc-kr"
JSON = b"Content-Type: application/json; charset=euc-kr"
NAME = "Content-Disposition: inline; filename=댓글.html".encode("cp949")
PAGE = """<!doctype html><meta charset=euc-kr><title>댓글</title><h1>댓글 똠</h1>
<iframe src="https://talk.frame.kr/frame/1"></iframe>
<img src="https://img.probe.kr/closed.png">
<script>fetch("/api/one").then(r => r.text()).then(() => fetch("/api/two"));
fetch("https://talk.frame.kr/api/cors", {headers: {"X-Probe": "1"}}).then(r => r.json());</script>""".encode("cp949")
LINES = "아주 좋은 글입니다".encode("cp949")

# Everything by which a page can ask for something, and nothing of which may reach the server.
LEAKS = b"""<!doctype html><meta charset=utf-8><link rel=prefetch href=/vote/1><link rel=dns-prefetch href=//ads.evil.kr>
<link rel=preconnect href=https://ads.evil.kr><link rel=icon href=/vote/2>
<script type=speculationrules>{"prerender":[{"source":"list","urls":["/vote/3"]}],
"prefetch":[{"source":"list","urls":["/vote/4"]}]}</script>
<script src=https://ads.evil.kr/a.js></script><img src=http://127.0.0.1:9/x><img src=http://localhost/x><img src=//10.0.0.1/x>
<iframe src="file:///etc/passwd"></iframe><iframe src=https://ads.evil.kr/frame></iframe><iframe src=/vote/5></iframe>
<iframe src="chrome://version"></iframe><iframe src="view-source:https://www.probe.kr/a/plain"></iframe>
<a id=a href=/a/attached download ping=/vote/6>x</a><a id=b href=/vote/7 target=_blank>x</a>
<form id=f method=post action=/a/plain target=g></form><iframe name=g></iframe>
<script>
a.click(); b.click(); f.submit(); window.open("/vote/8"); navigator.sendBeacon("/vote/9", "x");
for (const what of ["wss://www.probe.kr/vote/10", "ws://www.probe.kr/vote/11"]) try { new WebSocket(what) } catch (e) {}
const ws = "try{new WebSocket('wss://www.probe.kr/vote/12')}catch(e){};fetch('https://www.probe.kr/vote/13').catch(e=>0)";
new Worker(URL.createObjectURL(new Blob([ws]))); new Worker("/a/worker"); new EventSource("/vote/14");
try { new SharedWorker("/vote/15") } catch (e) {}
navigator.serviceWorker && navigator.serviceWorker.register("/a/service").catch(e => 0);
try { new RTCPeerConnection({iceServers: [{urls: "stun:127.0.0.1:9"}]}).createDataChannel("x") } catch (e) {}
fetch("/a/plain", {method: "POST", body: "x"}).catch(e => 0); fetch("/a/plain", {method: "DELETE"}).catch(e => 0);
fetch("https://ads.evil.kr/x", {method: "PUT"}).catch(e => 0);
</script>"""


def never() -> Iterator[bytes]:
    """No answer, until the other side goes away."""
    while True:
        time.sleep(0.05)
        yield b""


def endless() -> Iterator[bytes]:
    """Chunks, until the other side goes away."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"8000\r\n%s\r\n" % bytes(0x8000)


def answers(target: str) -> bytes | list[bytes] | Iterator[bytes]:
    """The site's answers."""
    two = (b"Set-Cookie: a=1; Path=/; Secure", b"Set-Cookie: b=2; Path=/; HttpOnly")
    match target:
        case "/a/page":
            return plain(gzip.compress(PAGE), EUC_KR, b"Content-Encoding: gzip", *two, b"X-oDd-Case:  x", NAME)
        case "/frame/1":
            return plain(b"<p class=talk>talk</p><script>fetch('/api/inner')</script>", HTML)
        case "/api/one" | "/api/two" | "/api/inner":
            return plain(LINES, JSON)
        case "/api/cors":
            return plain(b"[1]", JSON, b"Access-Control-Allow-Origin: *", b"Access-Control-Allow-Headers: x-probe")
        case "/closed.png":
            return plain(b"not for you", HTML, status=b"403 Forbidden")
        case "/a/talk":
            opens = b"onclick=\"document.body.innerHTML += '<iframe name=talk src=//pane.frame.kr/frame/2></iframe>'\""
            return plain(b"<!doctype html><meta charset=utf-8><body><div id=open hidden " + opens + b">talk</div>", HTML)
        case "/frame/2":
            fill = b"fetch('/api/talk').then(r => r.text()).then(text => document.body.innerHTML = text)"
            return plain(b"<!doctype html><body><script>" + fill + b"</script>", HTML)
        case "/api/talk":
            return plain("<p class=talk id=c1>첫째</p><p class=talk id=c2>둘째</p>".encode(), HTML)
        case "/a/framed":  # none of these is the frame of the comments
            other = b"<iframe name=other src=//one.frame.kr/frame/3></iframe>"
            return plain(other + b"<iframe name=talk src=//two.other.kr/x></iframe>", HTML)
        case "/a/led":
            return plain(b"<iframe name=talk src=//three.frame.kr/frame/led></iframe>", HTML)
        case "/frame/led":
            return plain(b"", b"Location: https://login.frame.kr/frame/4", status=b"302 Found")
        case "/a/long":
            asks = b"".join(b"fetch('/api/%s').catch(e => 0);" % name for name in (b"bomb", b"endless", b"large"))
            return plain(b"<script>" + asks + b"</script>", HTML)
        case "/api/bomb":
            return plain(gzip.compress(bytes(3 * MOST)), JSON, b"Content-Encoding: gzip")
        case "/api/large":
            return plain(bytes(MOST + 1), JSON)
        case "/api/endless":
            return endless()
        case "/a/grown":
            return plain(b"<body><script>document.body.append(document.createComment('x'.repeat(%d)))</script>" % MOST, HTML)
        case "/a/moved":
            return plain(b"moved", b"Location: /a/plain", b"Set-Cookie: c=3", status=b"302 Found")
        case "/a/plain" | "/a/killer":
            return plain(b"<p>plain</p>", HTML)
        case "/a/leaks":
            return plain(LEAKS, HTML, b"Content-Security-Policy-Report-Only: default-src 'none'; report-uri /vote/20")
        case "/a/worker":
            return plain(b"try{new WebSocket('wss://www.probe.kr/vote/16')}catch(e){}", b"Content-Type: text/javascript")
        case "/a/attached":
            return plain(
                b"attached", b"Content-Type: application/octet-stream", b"Content-Disposition: attachment; filename=x.bin"
            )
        case "/a/heavy":
            fill = b"<script>const all = []; setInterval(() => all.push(new Uint8Array(48 << 20).fill(1)), 10)</script>"
            return plain(fill + b"<script src=/a/never></script>", HTML)
        case "/a/around":
            return plain(b"", b"Location: /a/around", status=b"302 Found")
        case "/a/on":
            return plain(b"<script>location.href = '/a/on?' + Math.random()</script>", HTML)
        case "/a/hangs":
            return plain(b"<p>here</p><script src=/a/never></script>", HTML)
        case "/a/busy":
            return plain(b"<script>setTimeout(() => { for (;;); }, 0)</script>", HTML)
        case "/a/cut":
            return [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<p>cut", CLOSE]
        case "/a/halved":
            packed = gzip.compress(PAGE)
            return [
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed),
                packed[:150],
                CLOSE,
            ]
        case "/a/never":
            return never()
        case "/robots.txt":
            return plain(b"User-agent: *\nDisallow: /a/closed\n", b"Content-Type: text/plain")
    if target.startswith("/a/on?"):
        return answers("/a/on")
    return plain(b"?", HTML, status=b"404 Not Found")


def asked(server: RawServer) -> list[tuple[str, str]]:
    """Method and URL of every request that a server answered."""
    found = []
    for one in server.log:
        method, target = one.request.split(b" ")[:2]
        host = next(line[6:] for line in one.request.split(b"\r\n") if line.lower().startswith(b"host: "))
        found.append((method.decode(), f"https://{host.decode()}{target.decode()}"))
    return found


def descendants(of: int) -> list[tuple[int, str]]:
    """The processes below one, each with its command line."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it has just ended
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(") ")[2].split()[1])
    below = {of}
    while new := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= new
    found = []
    for pid in below - {of}:
        with contextlib.suppress(OSError):
            found.append((pid, Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")))
    return found


def kill_browser(of: int) -> None:
    """Kills the browser below a process."""
    for pid, command in descendants(of):
        if "--user-agent=" in command and "--type=" not in command and not command.startswith("/bin/sh"):
            os.kill(pid, signal.SIGKILL)


def article_key(url: str) -> str | None:
    """/a/NAME of the site."""
    match = re.fullmatch(f"https://{re.escape(HOST)}/a/([a-z]+)", url)
    return match[1] if match else None


SOURCE = Source(
    name="probe",
    title="a site of the tests",
    allow=(
        Allow("GET", HOST, "/a/*"),
        Allow("GET", HOST, "/api/*"),
        Allow("GET", FRAME, "/frame/*"),
        Allow("GET", FRAME, "/api/*"),
    ),
    assets=frozenset({"img.probe.kr"}),
    frame="talk",
    framed=frozenset({"frame.kr"}),
    article_key=article_key,
    article_url=lambda key: f"https://{HOST}/a/{key}",
)


def install() -> None:
    """For a `sagwan` process: there is the source `probe`, and nobody waits long for a page."""
    sys.modules["spiders.probe.pages"] = ModuleType("spiders.probe.pages")
    all_sources()["probe"] = SOURCE
    browser.LONGEST, browser._CLOSING = 2.0, 1.0
    opened.QUIET, opened.APPEARS, opened.LAST = 0.2, 1.0, 2.0
    browser.PAGES = 2
    settings.DOWNLOAD_MAXSIZE = MOST
    browser.MOST_MEMORY, browser._WATCH = 500 << 20, 0.2
