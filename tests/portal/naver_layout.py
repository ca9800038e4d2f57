"""The fixed parts of Naver's article page of 2022 till now."""

MISSING = """<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><title>네이버 뉴스</title></head>
<body><div id="ct" class="newsct"><div class="error_content"><div class="error_msg"><h2 class="u_skip">오류</h2>
<p>페이지를 찾을 수 없습니다.<br>기사가 삭제되었거나 주소가 바뀌었습니다.</p>
</div></div></div></body></html>
"""
PAGE = """<!doctype html>
<html lang="ko">
\t<head>
\t\t<meta charset="utf-8">
\t\t<meta http-equiv="X-UA-Compatible" content="IE=edge">
{meta}
\t\t<title>{title}</title>
\t\t<script>
\t\t\tvar g_ssc = nsc = "Mnews.v2";
\t\t\tvar domain = "https://n.news.naver.com";
\t\t\tvar newsDomain = "https://news.naver.com";
\t\t\tvar layoutName = "article";

\t\t\tvar article = {{
\t\t\t\tisSubscribe: false,
\t\t\t\tofficeId: "{oid}",
\t\t\t\tarticleId: "{aid}",
\t\t\t\tsectionId : "{sid}",
\t\t\t\tgdid: "{gdid}",
\t\t\t\ttype: "1",
\t\t\t\tsectionInfo: {{
\t\t\t\t\tfirstSection: "{sid}",
\t\t\t\t\tsecondSection: "{part}",
\t\t\t\t\tthirdSection: "000"
\t\t\t\t}},
\t\t\t\ttitle: document.title
\t\t\t}};

\t\t\tvar office = {{
\t\t\t\tisChannel: true,
\t\t\t\tisPressHome: true,
\t\t\t\tname : "{press}",
\t\t\t\tcategory : "지역지"
\t\t\t}};
\t\t</script>
\t</head>
\t<body class="n_news_mnews fs2 as_mp_layout">
<div id="ct_wrap" class="ct_wrap"><div id="newsct" class="newsct_wrapper" role="main"><div id="ct" class="newsct">
<div class="media_end_head go_trans">
\t<div class="media_end_head_top _LAZY_LOADING_WRAP">
\t\t<a href="http://www.{press_site}.invalid/" class="media_end_head_top_logo _LAZY_LOADING_ERROR_HIDE">
\t\t\t<img data-src="https://mimgnews.pstatic.net/image/upload/office_logo/{oid}/logo.png" width="" height="32" \
alt="{press}" title="{press}" class="media_end_head_top_logo_img light_type _LAZY_LOADING" style="display:none;">
\t\t\t<img data-src="https://mimgnews.pstatic.net/image/upload/office_logo/{oid}/dark.png" width="" height="32" \
alt="{press}" title="{press}" class="media_end_head_top_logo_img dark_type _LAZY_LOADING" style="display:none;">
\t\t</a>
\t</div>
\t<div class="media_end_head_title">
\t\t<h2 id="title_area" class="media_end_head_headline"><span>{title}</span></h2>
\t</div>
\t<div class="media_end_head_info nv_notrans ">
\t\t<div class="media_end_head_info_datestamp">
{dates}
\t\t\t<a href="{origin}" target="_blank" class="media_end_head_origin_link" data-clk="are.ori" data-gdid="{oid}">기사원문</a>
\t\t</div>
{journalist}
\t\t<div class="media_end_head_info_variety">
\t\t\t<div class="media_end_head_info_variety_left" id="commentFontGroup">
\t\t\t\t<div class="_reactionModule u_likeit nv_notrans" data-sid="NEWS" data-cid="ne_{oid}_{aid}">
\t\t\t\t\t<a class="u_likeit_button _face _LIKE_BUTTON" data-label="recommend">\
<span class="u_likeit_text _count">추천</span></a>
\t\t\t\t\t<ul class="u_likeit_layer _faceLayer" role="menu">
{faces}
\t\t\t\t\t</ul>
\t\t\t\t</div>
{button}
\t\t\t</div>
\t\t</div>
\t</div>
</div>
<div id="contents" class="newsct_body">
\t<div id="newsct_article" class="newsct_article _article_body">
\t\t<article id="dic_area" class="go_trans _article_content">
\t\t\t{body}
\t\t</article>
\t</div>
{byline}
\t<div class="copyright">
\t\t<div class="c_inner">
\t\t\t<p class="c_text">Copyright ⓒ {press}. All rights reserved. 무단 전재 및 재배포 금지.</p>
\t\t</div>
\t</div>\t<div class="media_end_categorize">
\t\t<a href="#" class="media_end_categorize_link _categorize_title _TOGGLE">이 기사는 언론사에서 \
<em class="media_end_categorize_item">{section}</em> 섹션으로 분류했습니다.</a>
\t</div>
\t<div class="media_end_foot"><div class="_reactionModule u_likeit nv_notrans" data-sid="NEWS" data-cid="ne_{oid}_{aid}">
\t\t\t\t\t<ul class="u_likeit_layer _faceLayer" role="menu">
{faces}
\t\t\t\t\t</ul>
\t</div></div>
</div>
\t\t<script>
\t\t\twindow.__htExternalUrl = window.__htExternalUrl || {{}};
\t\t\twindow.__htExternalUrl["comment"] = "https://ssl.pstatic.net/static.cbox/js/cbox.core.js";
\t\t\twindow.__htCboxOption = {option};
\t\t\twindow.__htCboxOption["bLogin"] = false;
\t\t\twindow.__htCboxOption["bMobile"] = false;
\t\t\twindow.__htCboxOption["vViewAllHandler"] = function() {{
\t\t\t\twindow.location.href = "/mnews/article/comment/{oid}/{aid}?sid={sid}";
\t\t\t}};
\t\t</script>
{pane}
</div></div></div>
\t</body>
</html>
"""
FIGURE = (
    '<span class="end_photo_org"><div class="nbd_im_w _LAZY_LOADING_WRAP ">\n'
    '\t<div class="nbd_a _LAZY_LOADING_ERROR_HIDE" id="img_a1">\n'
    '\t\t<img id="img1" data-src="{picture}?type&#x3D;w647" class="_LAZY_LOADING" />\n'
    '\t</div>\n</div><em class="img_desc">가상의 그림. {press} 제공</em></span><br><br>'
)
NOTE = """\t\t\t<div id="_COMMENT_NOTICE" class="changecmt"{style}>
\t\t\t\t<p class="changecmt_p">{text}</p>
\t\t\t</div>"""
SURGE = (
    "이용자 반응이 급증한 댓글이 감지돼 이 기사의 본문 하단에는 댓글 서비스를 제공하지 않습니다.<br>"
    '<a href="/mnews/article/comment/{oid}/{aid}">댓글 더보기</a>에서 최신순으로만 볼 수 있습니다.'
)
