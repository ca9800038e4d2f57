"""The browser on this machine: where it is, how it is started so that it reaches nothing but our tunnel, what it uses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Browser

MISSING = "there is no browser: install Debian's `chromium-headless-shell` or `chromium`, or run `playwright install chromium`"
NO_HANGUL = "no font here has Korean letters: pictures show boxes in their place. Install one (Debian: `fonts-nanum`)"
_NAMES = ("chromium-headless-shell", "chromium")
_OWN = ("headless_shell", "chrome-headless-shell", "chrome", "Chromium")  # what Playwright downloads

# Of Playwright's own switches none is taken away. Each of these closes a way around the tunnel, or around the one place where
# every request of a page stops before it is made.
_SWITCHES = (
    "--proxy-bypass-list=<-loopback>",  # else 127.0.0.1 would be reached without the tunnel
    "--disable-site-isolation-trials",  # frames of other sites stay in the page's process, where their requests stop too
    "--block-new-web-contents",  # a window that a page opens would load before anybody could stop it
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--no-pings",
    "--dns-prefetch-disable",
    "--disable-component-update",
    "--disable-domain-reliability",
)


def find() -> Path | None:
    """The browser to use: Debian's, else the newest that Playwright downloaded; None where there is none."""
    for name in _NAMES:
        if path := shutil.which(name):
            return Path(path)
    folder = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "ms-playwright"
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or folder)
    found = [
        path for name in _OWN for path in folder.glob(f"chromium*/**/{name}") if os.access(path, os.X_OK) and path.is_file()
    ]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def knows_hangul() -> bool:
    """Whether pictures show Korean letters: not where fontconfig says that no font has them."""
    program = shutil.which("fc-list")
    return program is None or bool(subprocess.run([program, ":lang=ko"], capture_output=True, check=False).stdout.strip())  # noqa: S603


def switches(port: int, agent: str) -> list[str]:
    """Its command line: all goes through the tunnel at `port`, whose certificate is nobody's."""
    return [*_SWITCHES, f"--proxy-server=socks5://127.0.0.1:{port}", f"--user-agent={agent}", "--ignore-certificate-errors"]


def memory(pids: Iterable[int]) -> int:
    """Bytes that these processes use themselves; 0 where the system does not say it (no /proc)."""
    return sum(_pages(pid) for pid in pids) * os.sysconf("SC_PAGE_SIZE")


def _pages(pid: int) -> int:
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (OSError, ValueError):
        return 0
    return int(resident) - int(shared)


async def processes(browser: Browser | None) -> list[int]:
    """The process ids of a running browser, its own first."""
    assert browser is not None
    session = await browser.new_browser_cdp_session()
    told = await session.send("SystemInfo.getProcessInfo")
    await session.detach()
    entries = sorted(told["processInfo"], key=lambda entry: entry["type"] != "browser")
    return [int(entry["id"]) for entry in entries]
