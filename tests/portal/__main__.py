"""`python -m tests.portal --port 8931`: the portal as a process of its own."""

from __future__ import annotations

import argparse
import signal
import threading

from .scenario import START, Scenario
from .server import Portal
from .small import HOMES, plant


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.portal", description="A simulated Korean portal on loopback.")
    parser.add_argument("--port", type=int, default=8931, help="0: any free port")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--comments", type=int, default=120, help="under each article, replies included")
    parser.add_argument("--articles", type=int, default=3, help="on Daum")
    parser.add_argument("--naver", type=int, default=3, help="articles on Naver")
    parser.add_argument("--nate", type=int, default=0, help="articles on Nate news")
    parser.add_argument("--pann", type=int, default=0, help="posts on Nate Pann")
    parser.add_argument("--old", type=int, default=0, help="of those, how many are of January 2018")
    parser.add_argument(
        "--evening", type=float, metavar="HOURS", help="play a scenario with a campaign; POST /__clock drives it"
    )
    parser.add_argument("--stories", type=int, default=6, help="of the scenario, each on Naver and on Daum")
    parser.add_argument("--small", type=int, default=0, help="articles on each of the smaller sites")
    parser.add_argument("--gzip", action="store_true", help="compress answers for clients that accept it")
    given = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    sizes = (given.seed, given.articles, given.comments, given.port, given.gzip)
    with Portal(*sizes, naver=given.naver, old=given.old, nate=given.nate, pann=given.pann) as portal:
        for home in HOMES * given.small:
            plant(portal.world, home, given.comments)
        if given.evening:
            both = ("naver", "daum")
            portal.play(Scenario(portal.world, given.seed, START, given.stories, given.evening, given.comments, both))
            portal.catch_up()
        print(f"portal on {portal.url}", flush=True)
        for article in portal.world.articles:
            print(f"  {article.url}  {article.title}", flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
