"""What Naver is to this program."""

from crawler.sources import Allow, Source, Syntax
from spiders.naver import list_urls, urls

_NEWS = ("n.news.naver.com", "news.naver.com", "m.news.naver.com")
_SERVICES = ("sports", "entertain")

SOURCE = Source(
    name="naver",
    title="Naver news (articles, comments, reactions; search, sections, rankings)",
    allow=(
        *(
            Allow("GET", host, f"{start}/article/{view}*/*")
            for host in _NEWS
            for start in ("/mnews", "")
            for view in ("", "comment/")
        ),
        *(Allow("GET", host, f"/{read}.{end}") for host in _NEWS for read in ("main/read", "read") for end in ("nhn", "naver")),
        *(Allow("GET", f"m.{name}.naver.com", path) for name in _SERVICES for path in ("/*/article/*/*", "/article/*/*")),
        *(Allow("GET", f"api-gw.{name}.naver.com", "/news/article/*/*") for name in _SERVICES),
        Allow("GET", "api-gw.sports.naver.com", "/news/articles/*"),
        Allow("GET", "api-gw.sports.naver.com", "/news/rankings/popular"),
        Allow("GET", "api-gw.entertain.naver.com", "/news/articles"),
        Allow("GET", "api-gw.entertain.naver.com", "/ranking/most-viewed"),
        Allow("GET", "apis.naver.com", "/commentBox/cbox/web_naver_list_jsonp.json"),
        Allow("GET", "news.naver.com", "/api/comment/listCount.json"),
        *(Allow("GET", f"{name}.like.naver.com", "/v1/search/contents") for name in ("news", *_SERVICES)),
        Allow("GET", "openapi.naver.com", "/v1/search/news.json"),
        Allow("GET", "naverapihub.apigw.ntruss.com", "/search/v1/news"),
        Allow("GET", "s.search.naver.com", "/p/newssearch/*/api/tab/more"),
        Allow("GET", "news.naver.com", "/section/*"),
        Allow("GET", "news.naver.com", "/breakingnews/section/*/*"),
        Allow("GET", "news.naver.com", "/section/template/*"),
        *(Allow("GET", "news.naver.com", f"/main/{name}") for name in ("list.nhn", "list.naver")),
        *(
            Allow("GET", "news.naver.com", f"/main/ranking/popular{by}.{end}")
            for by in ("Day", "Memo")
            for end in ("nhn", "naver")
        ),
        Allow("GET", "media.naver.com", "/press/*/ranking"),
    ),
    article_key=urls.article_key,
    article_url=urls.article_url,
    comment_page=urls.comment_view_url,
    assets=frozenset({"ssl.pstatic.net", "static-nnews.pstatic.net", "imgnews.pstatic.net", "mimgnews.pstatic.net"}),
    list_page=list_urls.list_page,
    samples=(list_urls.section_url("102"), list_urls.ranking_url("Memo")),
    search=Syntax(),
    # news.naver.com closed itself to programs in 2026-07. These hosts serve the same articles and their comments: a refusal at
    # the front door is not walked around by a side door.
    robots_of=dict.fromkeys(
        ("n.news.naver.com", "m.news.naver.com", "apis.naver.com", "news.like.naver.com"), "https://news.naver.com"
    ),
    threads=frozenset({None, "cbox", "surge", "press-restricted"}),
    counted=33,  # C: in one call of listCount
    keys=("NAVER_CLIENT_ID", "NAVER_CLIENT_SECRET"),
)
