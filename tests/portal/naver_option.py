"""`window.__htCboxOption`: what the article page tells the comment script, with the recorded fields."""

from __future__ import annotations

from typing import Any

from .naver_asked import offered
from .naver_ids import SKINS
from .things import Article

ERRORS = {
    "3003": "되풀이해 쓴 글이 확인되어 글쓰기가 하루 동안 제한됩니다.",
    "3004": "글쓰기를 포함한 일부 활동이 얼마 동안 제한됩니다.",
    "3005": "이 곳에서 쓰는 일부 활동이 제한됩니다.",
    "3006": "글쓰기를 포함한 일부 활동이 무기한 제한됩니다.",
    "4004": "해당되는 댓글이 없습니다.",
    "5003": "정상적으로 반영되지 않았습니다.",
    "5006": "자신의 글에 공감 할 수 없습니다.",
    "5008": "자신의 글에 비공감 할 수 없습니다.",
    "5010": "댓글/답글은 60초 내에 한 개만 등록하실 수 있습니다.",
    "5026": "공감/비공감은 최근 24시간내 50회까지 가능합니다.",
    "5027": "공감/비공감은 10초 내에 한 번만 클릭하실 수 있습니다.",
    "5029": "기사당 허용된 댓글 수 3개를 초과하였습니다.",
    "5080": "가입 이후 7일이 지난 시점부터 댓글 활동이 가능합니다.",
    "5091": "본인 확인이 되지 않은 계정입니다.",
}


def option(article: Article) -> dict[str, Any]:
    """The options of the comment pane of one article."""
    naver = article.naver
    assert naver is not None
    sorts = offered(article)
    return {
        "htMessage": _messages(article),
        "nPageSize": 5,
        "sObjectId": naver.object_id,
        "sLikeItId": f"ne_{naver.oid}_{naver.aid}",
        "sTicket": "news",
        "nUserCommentReplyPageSize": 10,
        "sAuthType": "naver",
        "sTemplateId": f"view_{SKINS.get(naver.section, 'society')}_m1",
        "htErrorHandler": ERRORS | {"3011": f"{article.press} 댓글 정책에 따라 이 기사에서는 댓글을 제공하지 않습니다."},
        "bSortCookie": True,
        "bMobile": False,
        "bShowReply": False,
        "bManager": False,
        "sDomain": "https://ssl.pstatic.net/static.cbox",
        "sCountry": "KR",
        "nUserCommentPageSize": 20,
        "sLanguage": "ko",
        "sDateFormat": "Y.m.d. H:i",
        "sCommentNo": "",
        "sPageType": "more",
        "sHelp": "down",
        "sSort": sorts[0],
        "sApiDomain": "https://apis.naver.com/commentBox/cbox5",
        "nFollowSize": 5,
        "nFeedPageSize": 50,
        "bIncludeAllComments": True,
        "sCountType": "comment",
        "aFormation": ["count", "graph", "write", "notice", "follow", "list", "view"],
        "bByCountry": False,
        "bUseAgo": False,
        "nReplyPageSize": 20,
        "sCssId": "news_w",
        "aSortTypes": list(sorts),
    }


def _messages(article: Article) -> dict[str, Any]:
    """Invented words under the recorded names."""
    off = f"<em>{article.press}</em> 댓글 정책에 따라<br>이 기사에서는 댓글을 제공하지 않습니다."
    words = {
        "social_login_message": '계정을 선택하시면 <span class="u_cbox_msg_point">로그인&middot;계정인증</span>을 합니다.',
        "write_placeholder": "댓글을 입력해주세요",
        "sort_favorite": "순공감순",
        "duplicate_caution_link_address_pc": "https://news.naver.com/main/principle.naver",
        "duplicate_caution_link_address_mobile": "https://m.news.naver.com/ombudsman/index?mode=rule&open=comment",
        "duplicate_caution_link_title": "운영규정",
        "duplicate_caution_cont": "같은 글을 거듭 쓰면 <br>이용이 멈출 수 있습니다.",
        "duplicate_caution_title": "같은 댓글이 거듭 등록되었습니다.",
        "write_long_placeholder": "서로 다른 생각을 존중해 주세요.",
        "help_titles": ["댓글이력공개안내", "댓글노출정책"],
        "info_comment_off": off,
        "view_all": "댓글 더보기",
        "help_contents": ["지운 댓글의 수도 보여 줍니다.", "순공감순은 공감수에서 비공감수를 뺀 수의 순서입니다."],
        "reply_close": "답글 접기",
        "list_empty": "댓글이 없습니다.<br>첫번째 댓글을 남겨주세요.",
        "comment_link": "이 기사의 댓글 전체보기",
    }
    profile = {"help": {"last": {"help_desc": "최근 30일의 요약입니다."}}, "title": "뉴스 댓글모음"}
    user = {"profile": profile, "header": {"help": {"content": "공개한 사람의 모음입니다.", "title": "도움말"}}}
    stats = {"title": "댓글 작성 통계", "view": "통계", "fold": "접기", "user_env_title": "어디에서 썼을까요?"}
    alert = {"max_length": "{0}자까지", "login_require": "로그인을 하신 후 이용해 주시기 바랍니다.", "min_length": "최소 {0}자"}
    return {"template": {"user": user, **words}, "stats": stats, "alert": alert}
