"""A small simulated Korean portal on loopback: what the tests and `make demo` collect from.

It shares no code or constants with the crawler, so that it can contradict it. Standard library only.

    with Portal(seed=1, articles=2, naver=3, comments=150) as portal:   # two articles on Daum, three on Naver
        article = portal.world.on("naver")[0]       # article.url, .hash (the object id), .naver.oid, .naver.aid
        portal.world.vote(comment_id, likes=3)      # verbs: vote, delete(by=), add_comment, set_pane, ...
        portal.world.truth(article)                 # what a reader can see; gone(article): what went, how and when
        portal.faults.set("cbox", "ignore_cursor")  # faults.py says what there is
        portal.world.on("nate"), .on("pann")        # of Portal(nate=2, pann=2): Nate news, and its forum
        portal.close_robots()                       # news.naver.com as since 2026-07
        portal.naver.era = "2022"                   # or "2021", "now"

    scenario = portal.play(Scenario(portal.world, seed=1, articles=6, evening=6))   # of an empty world
    POST /__clock {"advance": 60000}                # time passes, and what is due happens
    GET  /__truth?events=1                          # all that happened; scenario.truth(), .series(), .counts_at()
"""

from .plan import Plan
from .scenario import Scenario
from .server import Portal
from .things import Article, Comment
from .world import World

__all__ = ["Article", "Comment", "Plan", "Portal", "Scenario", "World"]
