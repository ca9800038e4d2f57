"""Where answers and names lead: loops, private addresses, files, other hosts; and certificates that prove nothing."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import Any

from tests.conftest import ROOT, Ended, write_topic
from tests.faults import proofs
from tests.faults.answers import ARTICLE, Spoilt, row, spoil
from tests.faults.catalogue import fault
from tests.faults.stage import NotHere, Proven, Shown, Stage
from tests.rawserver import RawServer, plain

NOT_FETCHED = {"daum.article not fetched": 1}
PRIVATE = [
    "http://10.0.0.1/v/1", "https://192.168.0.1/v/1", "http://169.254.169.254/latest/meta-data/", "http://[::1]/v/1",
    "http://localhost/v/1", "http://2130706433/v/1", "https://0x7f.1/v/1", "http://router.local/v/1",
]  # fmt: skip


def leads_to(url: str, why: str) -> Spoilt:
    """An article page that redirects to a URL, which is never asked for."""
    return Spoilt(ARTICLE, {"fault": "redirect", "to": url}, "broken", why, NOT_FETCHED)


@fault("addresses", "A redirect to itself, for ever")
def loops(stage: Stage) -> Proven:
    """A few captures, not twenty."""
    return row(spoil(stage, Spoilt(ARTICLE, {"fault": "redirect"}, "broken", "max redirections", NOT_FETCHED)))


@fault("addresses", "A redirect to 127.0.0.1, where something listens")
def to_this_machine(stage: Stage) -> Proven:
    """Nobody knocks there."""
    with RawServer(lambda target: plain(b"secret")) as server:
        ran = spoil(stage, leads_to(f"{server.url}/v/1", "a private or literal address is never fetched"))
        assert server.log == []
    return row((ran[0], f"no connection came there; {ran[1]}"))


@fault("addresses", "Redirects to private addresses in all spellings (10.0.0.1, [::1], 2130706433, 169.254.169.254)")
def to_private(stage: Stage) -> Proven:
    """Refused before any connection."""
    chosen = PRIVATE[:2] if stage.short else PRIVATE
    ran = spoil(stage, *(leads_to(url, "a private or literal address is never fetched") for url in chosen))
    return row(([ran[0][0]], f"{len(chosen)} addresses, none asked for; {ran[1]}"))


@fault("addresses", "A redirect to a file: (`file:///etc/passwd`), to another host, to `ftp:`")
def to_file(stage: Stage) -> Proven:
    """Followed nowhere; what the site said is kept."""
    cases = [("file:///etc/passwd", "etc/passwd"), ("https://evil.test/v/1", "not among"), ("ftp://v.daum.net/v/1", "ftp://")]
    ran = spoil(stage, *(leads_to(url, why) for url, why in cases))
    assert stage.sagwan.rows("SELECT count(*) FROM captures WHERE url NOT LIKE 'https://%.daum.net/%'") == [(0,)]
    return row(ran)


@fault("addresses", "Nobody listens: the connection is refused")
def refused(stage: Stage) -> Proven:
    """Each attempt is kept."""
    site = stage.portal()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound but not listening
        closed = f"v.daum.net=http://127.0.0.1:{nobody.getsockname()[1]}"
        shown = stage.collect(site, stage.topic(site, robots="ignore", reason="test"), "--connect-to", closed)
    assert (shown.code, shown.verdicts) == (2, ["broken"]), shown
    kept = proofs.exchanges(stage.sagwan.archive)
    assert [one.facts.attempt for one in kept] == [1, 2, 3]
    assert all(one.head is None and not one.request and "refused" in (one.facts.error or "") for one in kept)
    assert stage.sagwan.rows("SELECT outcome, status, digest FROM captures") == [("failed", None, None)] * 3
    return shown.proven(f"three attempts are three captures without an answer; {stage.agree()}")


def island(stage: Stage, **plan: Any) -> tuple[Shown, list[str]]:
    """`sagwan collect` of one article where there is no network but one of its own (tests/faults/island.py): what the user
    sees, and which connections and requests came. Raises NotHere without the right to make one."""
    article = "https://v.daum.net/v/20261121090000123"
    text = f'title = "t"\nsources = ["daum"]\nseeds = ["{article}"]\n[source.daum]\ndelay = 0\n'
    topic = write_topic(stage.folder, text=text)
    command = ["unshare", "--net", "--mount", sys.executable, "-m", "tests.faults.island", json.dumps(plan), str(topic)]
    try:
        ended = subprocess.run(
            command, cwd=ROOT, env=stage.sagwan.environment(), capture_output=True, text=True, timeout=300, check=False
        )
    except FileNotFoundError:
        raise NotHere("no network of its own without `unshare` (util-linux)") from None
    if "unshare failed" in ended.stderr:
        raise NotHere(f"no network of its own: {ended.stderr.strip()}")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told = json.loads(ended.stdout)
    return stage.shown(Ended(told["code"], told["out"], told["err"])), told["log"]


@fault("addresses", "A name of the site that resolves to 127.0.0.1 (DNS rebinding)", long=True)
def rebinding(stage: Stage) -> Proven:
    """What a name answers is checked each time, and that address is connected to."""
    shown, log = island(stage, hosts={"v.daum.net": "127.0.0.1"}, listen=["127.0.0.1"])
    assert (shown.code, shown.verdicts, log) == (2, ["blocked"], []), (shown, log)
    shown.says("v.daum.net resolves to 127.0.0.1, a private address: never fetched")
    return shown.proven(f"no connection came; the attempt is a capture; {stage.agree()}")


@fault("addresses", "The name was public when robots.txt was read, and is private afterwards")
def rebinding_later(stage: Stage) -> Proven:
    """The names change between two hosts of one walk."""
    hosts = {"v.daum.net": "8.8.8.8", "alex.daum.net": "10.0.0.1"}
    shown, log = island(stage, hosts=hosts, listen=["8.8.8.8", "10.0.0.1"], trusted=True)
    assert (shown.code, shown.verdicts) == (2, ["blocked"]), (shown, log)
    assert log == ["8.8.8.8 GET /robots.txt", "8.8.8.8 GET /v/20261121090000123"], log
    shown.says("alex.daum.net resolves to 10.0.0.1, a private address: never fetched")
    return shown.proven(f"the public one was asked {len(log)} times, the private one never; {stage.agree()}")


@fault("addresses", "A certificate that nobody vouches for", long=True)
def self_signed(stage: Stage) -> Proven:
    """No request goes out."""
    return distrusted(stage, "certificate verify failed", trusted=False)


@fault("addresses", "A certificate that has run out; one of another name")
def other_name(stage: Stage) -> Proven:
    """Vouched for, and not for this."""
    if not stage.short:
        distrusted(stage, "certificate verify failed", expired=True)
        stage.move("archive-2")
    return distrusted(stage, "VerificationError", "v.daum.net", name="other.example")


def distrusted(stage: Stage, *why: str, **certificate: Any) -> Proven:
    """A handshake that fails: nothing was sent, and the attempt is a capture."""
    plan = {"hosts": {"v.daum.net": "8.8.8.8"}, "listen": ["8.8.8.8"], "trusted": True}
    shown, log = island(stage, **plan | certificate)
    assert (shown.code, shown.verdicts, log) == (2, ["blocked"], []), (shown, log)
    shown.says("robots.txt could not be read", *why)
    kept = proofs.exchanges(stage.sagwan.archive)
    assert kept
    assert all(one.head is None and not one.request and why[0] in (one.facts.error or "") for one in kept)
    return shown.proven(f"no request was sent; the attempt is a capture with its reason; {stage.agree()}")
