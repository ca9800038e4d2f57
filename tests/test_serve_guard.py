"""`sagwan serve`: who is answered, what is never answered, and under which rules an answer is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from archive.web.guard import known_name
from tests.conftest import Sagwan
from tests.serving import FORMULA, REF, Served, small_archive

TOKEN = "a1" * 12


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    command = Sagwan(tmp_path_factory.mktemp("guarded"))
    small_archive(command.archive)
    yield Served(command)
    command.stop()


@pytest.mark.parametrize("token", ["", "short", "with;a=semicolon-and-more-letters", "똑" * 30])
def test_a_token_that_is_easily_guessed_is_refused(sagwan: Sagwan, token: str) -> None:
    sagwan.env["SAGWAN_SERVE_TOKEN"] = token
    ended = sagwan("serve")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert ended.err.startswith("sagwan: SAGWAN_SERVE_TOKEN: write at least 20 letters and digits")


@pytest.mark.parametrize(
    "host", ["evil.kr", "evil.kr:80", "127.0.0.1.evil.kr", "localhost.evil.kr", "", "[::1", "sagwan@evil.kr"]
)
def test_a_name_of_somebody_else_is_not_answered(served: Served, host: str) -> None:
    status, _, text = served.ask("/", Host=host)
    assert status in (400, 421)
    assert "시험" not in text
    assert "댓글" not in text


@pytest.mark.parametrize(("host", "known"), [("localhost:9", True), ("127.0.0.1", True), ("[::1]:80", True), ("a.kr", False)])
def test_names_of_this_machine_are_answered(host: str, known: bool) -> None:
    assert known_name(host, frozenset({"localhost"})) is known


def test_what_a_page_elsewhere_loads_is_not_answered(served: Served) -> None:
    for mode, dest, status in (
        ("no-cors", "empty", 403),
        ("cors", "empty", 403),
        ("navigate", "iframe", 403),
        ("navigate", "document", 200),
    ):
        for path in ("/", "/static/sagwan.css", f"/check?ref={REF}"):
            for site in ("cross-site", "same-site"):  # the second: another port of this machine
                assert served.ask(path, Sec_Fetch_Site=site, Sec_Fetch_Mode=mode, Sec_Fetch_Dest=dest)[0] == status
    assert served.ask("/static/sagwan.css", Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="no-cors")[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT"])
@pytest.mark.parametrize("path", ["/", "/archive/view_observations", "/-/messages", "/-/logout"])
def test_nothing_is_written(served: Served, method: str, path: str) -> None:
    status, headers, _ = served.ask(path, method)
    assert status in (400, 405)
    assert headers.get("allow", "GET, HEAD") == "GET, HEAD"


@pytest.mark.parametrize(
    "path",
    [
        "/archive?sql=select+*+from+comments",
        "/archive.json?sql=select+1",
        "/archive/comments",
        "/archive/comments.json",
        "/archive/comment_versions.csv",
        "/archive/facts",
        "/archive/sqlite_master.json",
        "/archive/captures",
        "/archive/view_captures/1",
        "/archive/view_observations.json?_where=1",
        "/archive.db",
        "/_internal",
        "/_internal/tables",
        "/_memory",
        "/-/databases.json",
        "/-/settings.json",
        "/-/permissions",
        "/-/auth-token?token=x",
        "/-/patterns",
        "/-/threads.json",
        "/-/static/../app.py",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "//evil.kr/",
        "/archive/view_observations.blob",
    ],
)
def test_only_the_documented_views_are_shown(served: Served, path: str) -> None:
    status, headers, text = served.ask(path)
    assert status in (302, 400, 403, 404), text
    assert headers.get("location", "/").startswith("/")
    assert not headers.get("location", "/").startswith("//")
    assert FORMULA not in text
    assert "Traceback" not in text


def test_pages_carry_a_strict_policy(served: Served) -> None:
    for path in ("/", f"/article?ref={REF}", "/nothing", "/static/sagwan.css"):
        headers = served.ask(path)[1]
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert "nonce" not in policy
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
        assert "set-cookie" not in headers
    _, first, text = served.ask("/archive/view_observations")
    nonce = re.findall(r"'nonce-([\w-]+)'", first["content-security-policy"])
    assert len(nonce) == 2
    assert text.count(f'nonce="{nonce[0]}"') > 1
    assert nonce[0] not in served.ask("/archive/view_observations")[1]["content-security-policy"]  # another for each answer


def test_elsewhere_only_with_a_token(sagwan: Sagwan) -> None:
    small_archive(sagwan.archive)
    open_to_all = Served(sagwan, "--host", "0.0.0.0")  # noqa: S104  it is what is tested
    token = open_to_all.address.partition("?token=")[2]
    assert len(token) == 40
    for path in ("/", f"/?token={token[:-1]}", "/?token=", "/static/sagwan.css", "/archive/view_captures.json"):
        status, headers, text = open_to_all.ask(path)
        assert (status, headers["content-type"]) == (401, "text/plain; charset=utf-8")
        assert "set-cookie" not in headers
    status, headers, text = open_to_all.ask(f"//evil.kr/?token={token}&lang=en")
    assert (status, headers["set-cookie"]) == (200, f"sagwan_token={token}; Path=/; HttpOnly; SameSite=Strict")
    assert 'url=/evil.kr/?lang=en"' in text
    assert token not in text
    cookie = headers["set-cookie"].partition(";")[0]
    assert open_to_all.ask("/", Cookie=cookie)[0] == 200
    assert open_to_all.ask("/", Cookie=cookie[:-1])[0] == 401
    for others in ('theirs={"a": 1}; {}', "a/b=1; {}", '{}; x[y]="', "=;; {}"):  # of other servers on this machine
        assert open_to_all.ask("/?lang=en", Cookie=others.replace("{}", cookie))[0] == 200
    for again in (token, "x"):  # it does not stay in the address that is sent to somebody
        status, _, text = open_to_all.ask(f"/search?q=&token={again}", Cookie=cookie)
        assert (status, 'url=/search?q="' in text, token in text) == (200, True, False)
    assert open_to_all.ask("/", Cookie=cookie, Host="evil.kr")[0] == 421


def test_on_loopback_a_token_is_asked_for_where_one_is_set(sagwan: Sagwan) -> None:
    small_archive(sagwan.archive)
    sagwan.env["SAGWAN_SERVE_TOKEN"] = TOKEN
    running = Served(sagwan)
    assert running.address.endswith(f"/?token={TOKEN}")
    assert running.ask("/")[0] == 401
