"""Invented Korean sentences, names and titles: nobody ever wrote these comments."""

from __future__ import annotations

from random import Random

PRESSES = (
    ("누리샘일보", "nurisaem"),
    ("달마루신문", "dalmaru"),
    ("가온들통신", "gaondeul"),
    ("물빛저널", "mulbit"),
)
REPORTERS = ("도하람", "서이든", "마루한", "노을빛 기자", "[물결팀] 채나루")
PLACES = ("가온시", "달빛군", "솔내마을", "한들구", "별뫼시", "새미동")
THINGS = ("둘레길", "작은도서관", "마을버스", "시장 주차장", "강변 체육관", "공공와이파이", "어린이 놀이터")
ACTS = (
    "새로 연다",
    "다시 짓는다",
    "한 달 쉬어간다",
    "주민에게 맡긴다",
    "밤에도 연다",
    "예산을 두 배로 늘린다",
)

NAME_HEADS = ("느린", "파란", "졸린", "용감한", "동네", "새벽", "바닷가", "노란", "말없는", "비 오는 날")
NAME_TAILS = ("고양이", "우체통", "자전거", "감나무", "두부", "기관사", "등대", "수달", "호떡", "라디오")

OPENINGS = (
    "이건 정말",
    "솔직히",
    "동네 사람으로서",
    "기사를 읽어 보니",
    "작년에도 그랬지만",
    "아이 키우는 입장에서",
    "세금 내는 사람으로서",
    "현장에 가 봤는데",
    "다들 아시겠지만",
    "처음에는 반대했지만",
)
MIDDLES = (
    "이 결정은",
    "그 예산은",
    "둘레길 공사는",
    "주차장 문제는",
    "버스 시간표는",
    "도서관 여는 시간은",
    "시청의 설명은",
    "주민 투표는",
)
ENDINGS = (
    "찬성합니다.",
    "더 지켜봐야 합니다.",
    "말이 앞뒤가 안 맞네요",
    "칭찬받을 일입니다!",
    "다시 생각해 주세요.",
    "누가 책임지나요?",
    "우리 동네도 해 주세요 ㅎㅎ",
    "너무 늦었어요 ㅠㅠ",
    "기록으로 남겨 둡시다.",
    "숫자부터 공개하세요.",
)
REPLIES = (
    "저도 같은 생각입니다.",
    "그건 좀 다릅니다. 직접 가 보셨나요?",
    "ㅋㅋㅋ 맞는 말",
    "출처가 어디인가요?",
    "윗분 말씀에 한 표요 👍",
    "아니요,\n그렇게 볼 일이 아닙니다.",
)
# Texts that break careless readers; the first comments of every article carry them, in this order.
AWKWARD = (
    "첫 줄입니다.\n둘째 줄입니다.\n\n넷째 줄입니다.",
    "좋아요 👍🏽 최고예요 👨‍👩‍👧‍👦 𠮷",
    "<script>alert('꼬리표')</script> & <b>굵게</b> \"따옴표\" 'x'",
    '=HYPERLINK("http://127.0.0.1/","눌러 보세요")',
    "한글 자모 한글 ㄱㄴㄷ 뷁 똠방각하 펲시",
    "\\n 은 줄바꿈이 아닙니다 \\u0041 C:\\temp\\새 폴더\t탭",
    "길게 쓰는 사람 " * 37,
    "  앞뒤에 빈칸  ",
    "ㅋ",
    "‮거꾸로 보이는 글‬ 그리고\u200b보이지 않는 칸",
)


def title(chance: Random) -> str:
    """A headline; some carry quotation marks, as Korean headlines like to."""
    line = f"{chance.choice(PLACES)}, {chance.choice(THINGS)} {chance.choice(ACTS)}"
    return f'{line}..."{chance.randrange(2, 90)}년 만의 일"' if chance.random() < 0.5 else line


def article_text(chance: Random, place: str) -> str:
    """Paragraphs parted by an empty line; a single newline inside a paragraph is a line break."""
    count = chance.randrange(4, 8)
    first = f"({place}=가상통신) {chance.choice(PLACES)}에서 {chance.choice(THINGS)} 계획을 주민에게 알렸다."
    rest = [
        f"{chance.choice(MIDDLES)} 올해 {chance.randrange(1, 13)}월에 시작된다. "
        f'담당자는 "{chance.choice(THINGS)}도 살피겠다"며 비용은 {chance.randrange(2, 99)}억원이라고 했다.'
        for _ in range(count)
    ]
    rest[0] = "■ 때 : 매주 토요일\n■ 곳 : 강변 체육관 <작은 방>"
    return "\n\n".join([first, *rest])


def comment_text(chance: Random, place: int) -> str:
    """The text of the comment that is written as number `place` under an article."""
    if place < len(AWKWARD):
        return AWKWARD[place][:300]  # the site allows 300 characters
    words = [chance.choice(OPENINGS), chance.choice(MIDDLES), chance.choice(ENDINGS)]
    if chance.random() < 0.15:
        words.append(chance.choice(("😂", "🙏", "🔥", "👏👏")))
    text = " ".join(words)
    if chance.random() < 0.3:
        text += "\n" + chance.choice(OPENINGS) + " " + chance.choice(ENDINGS)
    if chance.random() < 0.5:
        text += f" ({chance.randrange(1000)}번째 같은 말)"
    return text


def reply_text(chance: Random) -> str:
    """The text of a reply."""
    return f"{chance.choice(REPLIES)} {chance.choice(ENDINGS)}"


def display_name(chance: Random) -> str:
    """A display name; two people may share one, as they do."""
    name = f"{chance.choice(NAME_HEADS)} {chance.choice(NAME_TAILS)}"
    return f"{name}{chance.randrange(100)}" if chance.random() < 0.4 else name
