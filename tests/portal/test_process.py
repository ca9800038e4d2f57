"""The portal as a process of its own, as `make demo` starts it."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_python_m_tests_portal() -> None:
    command = [
        sys.executable,
        "-m",
        "tests.portal",
        "--port",
        "0",
        "--seed",
        "2",
        "--articles",
        "2",
        "--naver",
        "1",
        "--comments",
        "5",
        "--small",
        "1",
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().removeprefix("portal on ").strip()
            link = http.client.HTTPConnection(address.removeprefix("http://"), timeout=5)
            link.request("GET", "/__articles")
            articles = json.loads(link.getresponse().read())
            link.close()
            assert [row["comments"] for row in articles] == [5] * 7
            assert articles[0]["url"] in process.stdout.readline()
        finally:
            process.terminate()
        assert process.wait(5) == 0
