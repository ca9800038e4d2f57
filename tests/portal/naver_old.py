"""Naver's article page before spring 2022: EUC-KR, with the marks of the page recorded in February 2022."""

from __future__ import annotations

from html import escape

from .answers import Answer, answer
from .naver_counts import WORDS
from .naver_option import option
from .naver_page import gdid, picture, stamp
from .naver_rows import compact
from .things import Article

EUC_KR = "text/html;charset=EUC-KR"
OLD_FACES = ("like", "warm", "sad", "angry", "want")
PAGE = """<!DOCTYPE HTML>
<html lang="ko">
<head>
<meta charset="euc-kr">
<meta http-equiv="X-UA-Compatible" content="IE=edge">
<title>{title} : 네이버 뉴스</title>
<meta property="me2:post_tag"		content="{press} : 네이버뉴스"/>
<meta property="me2:category1"		content="{press}"/>
<meta property="me2:category2"		content="{section}"/>
<meta property="me2:image"			content=""/>
<meta property="og:title"			content="{title}"/>
<meta property="og:type"			content="article"/>
<meta property="og:url"				content="https://news.naver.com/main/read.naver?mode=LSD&mid=sec&oid={oid}&aid={aid}&sid1=001"/>
<meta property="og:image"			content="{picture}"/>
<meta property="og:description"		content="{short}"/>
<meta property="og:article:author"	content="{press} | 네이버"/>
<meta name="twitter:creator"		content="{press}">
</head>
<body>
<script type="text/javascript">
    if (typeof window.ReadingObserver !== 'undefined') {{
        ReadingObserver.start('articleBody', {{
            sContentBottomId: 'spiLayer',
            oid: '{oid}',
            aid: '{aid}',
            sid: '{sid}',
            articleType: '0',
            gdid: '{gdid}'
        }});
    }}
</script>
<div class="article_header">
	<div class="press_logo">
		<a href="https://www.{press_site}.invalid/" target="_blank" class="nclicks(atp_press)">\
<img src='https://mimgnews.pstatic.net/logo_{oid}.png' height='35' alt='{press}' title='{press}' class='' ></a>
	</div>
	<div class="article_info">
		<h3 id="articleTitle">{title}</h3>
		<div class="sponsor">
			<!-- 기사 헤더 > 정보 -->
기사입력 <span class="t11">{published}</span>
{modified}
<!-- // 기사 헤더 > 정보 -->
					<a href="{origin}" target="_blank" class="btn_artialoriginal nclicks(are.ori)">기사원문</a>
				<div class="article_btns">
					<div class="article_btns_left">
						<div class="_reactionModule u_likeit" data-sid="NEWS" data-cid="ne_{oid}_{aid}">
							<ul class="u_likeit_layer _faceLayer" role="menu">
{faces}
							</ul>
						</div>
						<a href="#" class="pi_btn_count nclicks(atp_reply)" id="articleTitleCommentCount">
							<span class="blind pi_btn_count_blind">댓글</span><span class="lo_txt"></span>
						</a>
					</div>
				</div>
		</div>
	</div>
</div>
<div class="article_body size3  _font_setting_target" id="articleBody">
	<div id="articleBodyContents" class="_article_body_contents article_body_contents">
	<!-- 본문 내용 -->
<script type="text/javascript">
// flash 오류를 우회하기 위한 함수 추가
function _flash_removeCallback() {{}}
</script>
	{body}
	<!-- // 본문 내용 -->
	</div>
<div class="byline">
    <p class="b_text">
        {reporter}
    </p>
</div>
<div class="guide_categorization">
	<a href="#" class="guide_categorization_link _categorization_title">이 기사는 언론사에서 \
<em class="guide_categorization_item">{section}</em> 섹션으로 분류했습니다.</a>
</div>
    <div id="cbox_module"></div>
        <script type="text/javascript">
                var commentOptions = JSON.parse(JSON.stringify({option}));
                var serviceOptions = {{
                    "afterList" : CommentUtils.coord({{"loadOptionNotice" : {{exposureStatus: "{exposure}"}}}})
                }};
        </script>
</div>
</body>
</html>
"""


def euc_kr(page: str) -> Answer:
    """A page in the Korean code page; what it lacks is written as a number, as browsers read it."""
    return answer(page.encode("cp949", "xmlcharrefreplace"), EUC_KR)


def old_read(article: Article) -> Answer:
    """The old page of an article as it stands."""
    naver = article.naver
    assert naver is not None
    changed = f'최종수정 <span class="t11">{stamp(article.modified)}</span>' if article.modified != article.published else ""
    made = PAGE.format(
        title=escape(article.title),
        press=escape(article.press),
        press_site=article.press_site,
        section=naver.section_name,
        oid=naver.oid,
        aid=naver.aid,
        sid=naver.section,
        gdid=gdid(article),
        picture=picture(article),
        short=escape(article.text.replace("\n", " ")[:120]),
        published=stamp(article.published),
        modified=changed,
        origin=naver.origin.replace("&", "&amp;"),
        faces="\n".join(_face(kind) for kind in OLD_FACES),
        body="<br><br>".join(escape(part, quote=False).replace("\n", "<br>") for part in article.text.split("\n\n")),
        reporter=escape(article.reporter or ""),
        exposure="COMMENT_ON" if article.readable else "COMMENT_OFF",
        option=compact(option(article) | {"sSort": "favorite"}),
    )
    return euc_kr(made)


def _face(kind: str) -> str:
    return (
        f'<li class="u_likeit_list"><a class="u_likeit_list_button _button" data-type="{kind}" href="#">'
        f'<span class="u_likeit_list_name _label">{WORDS[kind]}</span>'
        '<span class="u_likeit_list_count _count">0</span></a></li>'
    )
