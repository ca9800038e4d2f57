"""What the first answer of a comment list says of the pane: `config` and `notice`, with the recorded fields."""

from __future__ import annotations

from typing import Any

from .things import Article

OFF = (
    *("useSnsLogin", "lineFeedOn", "useBest", "useVoteSelf", "useVoteGoodOnly", "useCommonReport"),
    *("useDeleteOnManagerReport", "useReportSecret", "useByteLength", "useReplyOnReply", "useAutoRefresh", "useMention"),
    *("useSticker", "stickerOnly", "stickerText", "stickerMobileResize", "dynamicProfile", "displayMaskedUserId"),
    *("useManager", "managerDelete", "managerBlock", "managerNotice", "contentsManagerIcon", "secretComment"),
    *("exposureConfig", "deleteAllAfterBlock", "imageAutoRotate", "autoRefreshDefaultOff", "autoRefreshChat"),
    *("commentModify", "useCommentModify", "useUserLevel", "useImageComment", "useUrlLink"),
    *("useCommentListIncludeDelete", "useUserEnvStats", "useConcurrentStats", "useVoteStats", "useGpopCache"),
    *("useEnterSubmit", "useListReverse", "useTranslation", "applyChangedNotice", "useMentionLegacyFormat"),
    *("useMentionWrite", "useSecret", "useRestrictWriteBySns", "realnameVerificationBlock", "useBlindByReport"),
    *("displayIndividualBlindOnly", "useDualPagination", "cleanbotEnforced", "useUserBlockNeoIdType", "useChoice"),
    *("useNcc", "useRating", "ratingUseSingleType", "useScore", "useManagerLike", "usePick", "useLMP"),
)
ON = (
    *("useVote", "useReport", "useSort", "useReply", "useProfile", "useNaverProfile", "useFold", "useViewAll"),
    *("anyUseImageExpose", "useStats", "useDeletedList", "combinedDeletedList", "displayDeletedList"),
    *("useUserCommentUi", "useUserCommentProfileUi", "useIdPenaltyLayer", "displayReportLayer", "useHideAfterReport"),
    *("useCleanbot", "useCommentLinkToken", "useUserBlock", "useUserBlockNaverIdType", "useUserBlockProifleImageUi"),
)
ABSENT = (
    *("stickerSupportedCategories", "stickerDefaultCategory", "stickerCategory", "stickerContentsUrl"),
    *("stickerKeyUrl", "stickerTabUrl", "stickerType", "stickerMarketUrl", "photoInfraUploadDomain"),
    *("realnameVerificationMessage", "keepTextareaOnRestriction"),
)
ZERO = (
    *("maxReplyWriteBoxCount", "replyPreviewCount", "maxImageUploadCount", "maxImageUploadFileSize"),
    *("autoRefreshTime", "maxChatFPS", "countryStatsMinCount", "mentionMaxCount", "scoreScale"),
    *("scoreSelectorCount", "pickLimit", "pickManagerLimit"),
)
REASONS = (
    ("AA03", "도배하는 글입니다.", ("같은 말을 되풀이함", "물건을 팔려는 말")),
    ("AA01", "남을 해치는 말입니다.", ("욕하는 말", "누군가를 낮추어 보는 말")),
    ("AA34", "남의 정보가 적혀 있습니다.", ("본인 허락 없이 알아볼 수 있는 정보",)),
)


def config(article: Article, sorts: tuple[str, ...]) -> dict[str, Any]:
    """How the press set up its pane: which sorts are offered, that nothing can be edited, that the filter is used."""
    reasons = [
        {"reasonCode": code, "reportReasonTitle": title, "reportReasonDetails": list(details)}
        for code, title, details in REASONS
    ]
    made: dict[str, Any] = dict.fromkeys(OFF, False) | dict.fromkeys(ON, True) | dict.fromkeys(ABSENT)
    made |= dict.fromkeys(ZERO, 0)
    return made | {
        "reportAuthority": "ALL",
        "sortTypes": list(sorts),
        "defaultSort": sorts[0],
        "pageAfterReply": "TO_LAST_PAGE",
        "min": 1,
        "max": 300,
        "profileImageAreas": ["LIST", "WRITE"],
        "profileEmptyImage": "https://static.nid.naver.com/images/web/user/default.png?type=f132_132",
        "statsMinCount": 100,
        "userRecentStatsStartDate": 1_584_543_600_000,
        "userSortTypes": ["FAVORITE", "NEW", "OLD", "REPLY"],
        "photoInfraSelectDomainHttp": "g-cbox.dv.phinf.net",
        "photoInfraSelectDomainHttps": "g-cbox.pstatic.net",
        "pcTempThumbnailType": "ff80_80",
        "mobileTempThumbnailType": "ff50_50",
        "hashtagMaxLength": 20,
        "cleanbotServiceStepUI": 2,
        "reportReasonList": reasons,
        "blindReportReasonList": reasons,
    }


def notice(article: Article) -> dict[str, Any]:
    """The notice above a list; invented, in the recorded shape."""
    return {
        "noticeNo": 41,
        "title": "'언론사별 댓글 선택제' 안내",
        "content": f"안녕하세요.\r<br>​\r<br>{article.press}가 이 기사의 댓글 제공 여부와 정렬을 정합니다.\r<br>​감사합니다​",
        "regTime": "2022-02-08T16:21:56+0900",
    }
