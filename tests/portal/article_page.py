"""The article page in the layout that was recorded in 2022."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from html import escape
from urllib.parse import quote

from .things import KST, Article

MISSING = """<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><title>Daum</title></head>
<body><div id="kakaoContent"><div class="info_news">
<p class="desc_empty">해당 기사를 찾을 수 없습니다.<br>삭제되었거나 주소가 잘못되었습니다.</p>
</div></div></body></html>
"""

PAGE = """<!doctype html>
<html lang="ko">
 <head data-cloud-area="head">
  <meta charset="utf-8">
  <meta http-equiv="X-UA-Compatible" content="IE=edge">
{meta}
  <meta name="referrer" content="unsafe-url">
  <title>{title}</title>
  <link rel="shortcut icon" href="//m2.daumcdn.net/img-media/2010ci/Daum_favicon.ico">
 </head>
 <body class="">
  <div id="kakaoIndex"> <a href="#kakaoBody">본문 바로가기</a> <a href="#kakaoGnb">메뉴 바로가기</a> </div>
  <div id="kakaoWrap" class="newsview_media">
   <div id="kakaoHead" role="banner" data-cloud-area="header">
    <h1> <a href="//news.daum.net" id="kakaoServiceLogo"><span class="ir_wa">뉴스</span></a> </h1>
   </div>
   <hr class="hide">
   <div id="kakaoContent" class="cont_view" role="main">
    <h2 id="kakaoBody" class="screen_out">사회</h2>
    <div id="cSub" data-cloud-area="title">
     <div class="head_view" data-cloud="pc_article_title_and_util"> <em class="info_cp"> \
<a href="http://{press_site}.invalid/" class="link_cp" target="_blank"> \
<img src="https://t1.daumcdn.net/media/news/news2016/cp/cp_{press_site}.gif" class="thumb_g" alt="{press}"> \
</a> </em>
      <h3 class="tit_view" data-translation="true">{title}</h3> <span class="info_view"> {info} \
<button id="alexCounter" class="emph_g2 link_cmt">댓글 \
<span class="alex-count-area">0</span>개</button> </span>
      <div class="util_view"> <h4 class="screen_out">기사 도구 모음</h4> </div>
     </div>
    </div>
    <div id="cMain">
     <div id="mArticle">
      <div data-cloud-area="article">
       <div class="news_view" style="font-size:17px" data-cloud="pc_article_body"> {summary}
        <div id="harmonyContainer" class="article_view" data-translation-body="true">
         <section dmcf-sid="{sid}">
{paragraphs}
         </section>
         <p data-translation="true">저작권자(c){press}. 무단전재-재배포금지</p>
        </div>
       </div>
      </div>
      <div class="foot_view" data-cloud-area="addition">
       <div class="emotion_wrap" data-cloud="alex_action_emotion">
        <div class="emotion_tit">
         <strong class="tit_emotion">이 기사에 대해 어떻게 생각하시나요?</strong>
        </div>
        <div class="emotion_list">
         <div id="alex_action_emotion" class="alex-actions" data-client-id="{client}" data-item-key="{id}" \
data-action-mode="REACTION" data-message-channel="alex-action-reactions">
         </div>
        </div>
       </div>
       <div class="cp_view" data-cloud="pc_related_news">
        <div class="cp_tit">
         <h3 class="tit_cp">{press} 주요 뉴스</h3>
         <p class="info_cp">해당 언론사로 연결됩니다.</p>
        </div>
       </div>
       <div class="cmt_news cmt_view" data-cloud="pc_comment">
        <div id="newsviewNotice" class="news_notice"></div>
{pane}
       </div>
      </div>
     </div>
    </div>
   </div>
  </div>
 </body>
</html>
"""

ALEX = """        <div id="alex-area" class="alex-area" data-base-url="//comment.daum.net" \
data-post-id="@{id}" data-client-id="{client}" data-initial-limit="3" data-page-limit="10" data-sort="P" \
data-use-my="true" data-max-length="300" data-use-reply="true" data-use-official="true" \
data-use-emoticon="true" data-is-mobile="false" data-use-skin="newsView" data-use-safebot="true">
        </div>"""

TALK = """        <div class="box_ttalk"><div class="inner_ttalk">
         <a href="#timetalk" class="link_ttalk" \
onclick="document.getElementsByName('timetalkFrame')[0].src = 'https://talk-of-news.daum.net/talk/{id}'">타임톡 열기</a>
         <iframe name="timetalkFrame" title="타임톡" src="about:blank"></iframe> </div></div>"""

FIGURE = """          <figure class="figure_frm origin_fig" dmcf-pid="{mark}" dmcf-ptype="figure">
           <p class="link_figure"><img alt="그림 설명" class="thumb_g_article" data-org-src="{picture}" \
data-org-width="710" dmcf-mtype="image" height="auto" src="{small}" width="658"></p>
           <figcaption class="txt_caption default_figure">가상의 그림 (사진=없음)</figcaption>
          </figure>"""


def render(article: Article, client_id: str) -> str:
    """The page of an article as it stands."""
    client = escape(client_id)
    pane = {"alex": ALEX, "talk": TALK, "closed": ""}[article.pane]
    return PAGE.format(
        meta=_meta(article),
        title=escape(article.title, quote=False),
        press=escape(article.press),
        press_site=article.press_site,
        info=_info(article),
        summary=_summary(article),
        sid=_mark(article.id, "section"),
        paragraphs=_body(article),
        client=client,
        id=article.id,
        pane=pane.format(id=article.id, client=client),
    )


def address(article: Article) -> str:
    """The address that the page and the post give: the hash, and the older host, whatever was asked for."""
    return f"https://news.v.daum.net/v/{article.hash}"


def picture(article: Article) -> str:
    """The address of the article's picture."""
    return f"https://t1.daumcdn.net/news/{article.id[:6]}/{article.id[6:8]}/{article.press_site}/{article.id}.jpg"


def thumbnail(article: Article) -> str:
    """The address of the small picture in meta data and post."""
    return f"https://img1.daumcdn.net/thumb/S1200x630/?fname={picture(article)}"


def _meta(article: Article) -> str:
    app = f"daumapps://web?url={quote('https://news.v.daum.net', safe='')}/v/{article.hash}"
    rows = [
        ("mccp:docId", article.hash),
        ("og:site_name", "다음뉴스"),
        ("og:title", article.title),
        ("og:regDate", article.id[:14]),
        ("og:type", "article"),
        ("og:article:author", article.press),
        ("og:url", address(article)),
        ("og:image", thumbnail(article)),
        ("og:image:width", "1200"),
        ("og:image:height", "630"),
        ("og:description", article.text.replace("\n", "")[:150]),
        ("al:android:url", app),
        ("al:android:package", "net.daum.android.daum"),
        ("al:android:app_name", "다음앱"),
        ("al:ios:url", app),
        ("al:ios:app_store_id", "365494029"),
        ("al:ios:app_name", "다음앱"),
        ("twitter:card", "summary_large_image"),
        ("twitter:app:url:googleplay", app),
        ("twitter:app:id:googleplay", "net.daum.android.daum"),
        ("twitter:app:name:googleplay", "다음앱"),
        ("twitter:app:country", "KR"),
        ("twitter:app:url:iphone", app),
        ("twitter:app:id:iphone", "365494029"),
        ("twitter:app:name:iphone", "다음앱"),
        ("twitter:app:url:ipad", app),
        ("twitter:app:id:ipad", "365494029"),
        ("twitter:app:name:ipad", "다음앱"),
    ]
    return "\n".join(f'  <meta property="{name}" content="{escape(value)}">' for name, value in rows)


def _date(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, KST).strftime("%Y. %m. %d. %H:%M")


def _info(article: Article) -> str:
    spans = [f'<span class="txt_info">{escape(article.reporter)}</span>'] if article.reporter else []
    for word, moment in (("입력", article.published), ("수정", article.modified)):
        spans.append(f'<span class="txt_info">{word} <span class="num_date">{_date(moment)}</span></span>')
    return " ".join(spans)


def _summary(article: Article) -> str:
    if article.summary is None:
        return ""
    return f'<strong class="summary_view" data-translation="true"> {_lines(article.summary)} </strong>'


def _lines(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _mark(article_id: str, place: object) -> str:
    """The site's own mark of a piece of an article: stable for its place, not for its text."""
    return "p" + blake2b(f"{article_id}/{place}".encode(), digest_size=5).hexdigest()[:9]


def _body(article: Article) -> str:
    figure = FIGURE.format(mark=_mark(article.id, "figure"), picture=picture(article), small=thumbnail(article))
    pieces = []
    for place, text in enumerate(article.text.split("\n\n")):
        tag = "div" if place == 1 else "p"  # the recorded page has a div after each figure
        mark = _mark(article.id, place)
        pieces.append(f'          <{tag} dmcf-pid="{mark}" dmcf-ptype="general">{_lines(text)}</{tag}>')
    return "\n".join([pieces[0], figure, *pieces[1:]])
