"""From a topic file to answers: the whole way, with the real command against the portal and the recorded thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import Sagwan
from tests.portal import Portal

THREAD = "https://v.daum.net/v/20200522093902880"


def by_change(sagwan: Sagwan, *args: str) -> dict[str, list[dict[str, Any]]]:
    """The changes, by kind."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in sagwan("changes", "--json", *args).lines:
        found.setdefault(line["change"], []).append(line)
    return found


def agrees(sagwan: Sagwan) -> None:
    """Verify passes and a rebuild makes the same rows."""
    assert sagwan("verify").code == 0
    rebuilt = sagwan("rebuild", "--json")
    assert (rebuilt.code, rebuilt.only["differences"], rebuilt.only["explained"]) == (0, 0, 0)


def test_two_collections_tell_what_changed_between_them(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]
) -> None:
    p = portal(comments=250)
    (article,) = p.world.articles
    file = topic(p)
    first = sagwan.collect(p, file)
    assert (first.code, first.only["comments"], first.only["walks"]) == (0, 250, {"complete": 1, "incomplete": 0})
    top = [comment.id for comment in p.world.listed(article, "RECOMMEND", None)]
    p.world.vote(top[3], likes=4)
    p.world.vote(top[120], likes=1, dislikes=2)
    p.world.edit(top[8], "고친 글")
    p.world.delete(top[9])
    added = p.world.add_comment(article, text="새 글")
    p.world.edit_article(article, title="바뀐 제목")
    second = sagwan.collect(p, file)
    assert (second.code, second.only["observations"]) == (0, 3)  # two votes, one new comment
    ref = f"daum:{article.id}"
    found = by_change(sagwan)
    assert [line["ref"] for line in found["missing"]] == [f"{ref}#{top[9]}"]
    assert {line["ref"]: line["fields"] for line in found["edited"]}[f"{ref}#{top[8]}"]["text"][1] == "고친 글"
    assert {line["ref"]: line["fields"] for line in found["edited"]}[ref]["title"][1] == "바뀐 제목"
    counts = {line["ref"]: line["counts"] for line in found["counts"]}
    assert set(counts) <= {ref, f"{ref}#{top[3]}", f"{ref}#{top[120]}"}
    assert [pair[1] - pair[0] for pair in counts[f"{ref}#{top[120]}"].values()] == [1, 2]
    assert len(found["appeared"]) == 1 + 250 + 1
    assert found["appeared"][-1]["ref"] == f"{ref}#{added}"
    assert set(found) == {"appeared", "counts", "edited", "missing"}
    for line in found["edited"] + found["missing"] + found["counts"]:
        assert line["not_before"] < line["seen_at"]
        assert line["evidence"]
    likes = [line["likes"] for line in sagwan("series", f"{ref}#{top[3]}", "--json").lines]
    assert len(likes) == 2
    assert likes[1] - likes[0] == 4
    sagwan.collect(p, file)
    assert [line["ref"] for line in by_change(sagwan)["gone"]] == [f"{ref}#{top[9]}"]
    now = {line["ref"]: line for line in sagwan("as-of", "now", "--json").lines[1:]}
    assert now[f"{ref}#{top[9]}"]["state"] == "gone"
    for true in p.world.truth(article):
        shown = now[f"{ref}#{true['id']}"]
        assert (shown["text"], shown["likes"], shown["dislikes"]) == (true["text"], true["likes"], true["dislikes"])
    agrees(sagwan)


def test_an_article_that_offers_only_talk_is_recorded_as_such(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]
) -> None:
    p = portal(start=int(time.time() * 1000) - 50 * 3_600_000)  # what was said there is no longer shown
    p.world.talk_only(p.world.articles[0])
    ended = sagwan.collect(p, topic(p))
    assert (ended.code, ended.only["verdict"]) == (0, "ok")
    (gap,) = ended.only["gaps"]
    assert (gap["what"], gap["why"].partition(":")[0]) == ("talk", "closed")
    assert sagwan.rows("SELECT stop_reason, complete FROM walks") == [("closed", 0)]
    assert sagwan("as-of", "now", "--json").lines[0]["pane"] == "talk"


def test_a_removed_article_is_gone_and_its_words_stay(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]
) -> None:
    p = portal()
    (article,) = p.world.articles
    file = topic(p)
    sagwan.collect(p, file)
    p.world.remove_article(article)
    assert sagwan.collect(p, file).code == 0
    line = sagwan("as-of", "now", "--article", f"daum:{article.id}", "--json").lines[0]
    assert (line["state"], line["title"]) == ("gone", article.title)
    assert [change["ref"] for change in by_change(sagwan)["gone"]] == [f"daum:{article.id}"]


def test_a_second_sort_is_swept_only_where_the_numbers_differ(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]
) -> None:
    p = portal(comments=220)
    (article,) = p.world.articles
    low = p.world.listed(article, "RECOMMEND", None)[150]
    risen = [False]

    def rise(host: str, path: str) -> None:
        if "offset=100" in path and "RECOMMEND" in path and not risen[0]:
            risen[0] = True
            p.world.vote(low.id, likes=100_000)  # from the second page to the first, between the two looks

    p.on_request(rise)
    ended = sagwan.collect(p, topic(p, replies=False))
    sorts = {part for line in p.requests for part in line["path"].split("&") if part.startswith("sort=")}
    assert sorts == {"sort=RECOMMEND", "sort=LATEST"}
    assert (ended.code, ended.only["gaps"]) == (0, [])
    assert f"daum:{article.id}#{low.id}" in {line["ref"] for line in sagwan("as-of", "now", "--json").lines}


def test_the_recorded_thread_becomes_an_archive_that_answers(sagwan: Sagwan, recorded: str, topic: Callable[..., Path]) -> None:
    text = f'title = "t"\nseeds = ["{THREAD}"]\nsources = ["daum"]\n'
    alone = topic(text=text + "[source.daum]\nreplies = false\n")
    ended = sagwan("collect", alone, "--connect-to", f"*={recorded}", "--json")
    assert ended.code == 0
    assert (ended.only["comments"], ended.only["walks"]["complete"], ended.only["gaps"]) == (4370, 1, [])
    assert (ended.only["declared"], ended.only["errors"]) == (4784, {"daum.emotions 404": 1})
    asked = sagwan("as-of", "now", "--article", THREAD, "--json").lines
    comments = [line for line in asked if line["kind"] == "comment"]
    assert (len(asked), len(comments)) == (4371, 4370)
    assert (sum(line["likes"] for line in comments), sum(line["dislikes"] for line in comments)) == (31100, 1481)
    assert [line["rank"] for line in comments] == list(range(1, 4371))
    assert sagwan("as-of", "now", "--article", "daum:jvTmrluST6", "--json").lines[0]["ref"] == "daum:20200522093902880"
    agrees(sagwan)
    before = [{k: v for k, v in line.items() if k != "age_s"} for line in asked]
    (sagwan.archive / "archive.db").unlink()
    assert "rebuild" in sagwan("as-of", "now").err
    assert sagwan("rebuild").code == 0
    after = sagwan("as-of", "now", "--article", THREAD, "--json").lines
    assert [{k: v for k, v in line.items() if k != "age_s"} for line in after] == before
    whole = sagwan("collect", topic(text=text), "--connect-to", f"*={recorded}", "--json")
    assert (whole.code, whole.only["verdict"]) == (2, "thin")
    (gap,) = whole.only["gaps"]
    assert (gap["what"], gap["declared"], gap["collected"]) == ("replies", 414, 0)
