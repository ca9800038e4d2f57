"""Invented comments whose lengths, repetition and votes are spread as in the corpora of 2018 and 2025.

Measured there (22,029 and 59,304 comments): median length 40 and 35, a quarter under 21 and 16, a tenth over 131 and
114, the site's limit 300 with its own small peak; line feeds were lost in the corpora.
"""

from __future__ import annotations

from random import Random

from . import texts

MEDIAN, SPREAD = 3.65, 0.95  # of the logarithm of the length: exp(3.65) = 38
LONGEST = 300
BROKEN = 0.08  # share with a line feed in it: a guess
SHORT = ("ㅋ", "굿", "헐", "왜?", "인정", "ㅋㅋㅋ", "어휴..", "맞습니다", "기가 차네", "좋아요 👍", "또 시작", "응원합니다")
MORE = (
    "숫자를 보면 작년과 다를 것이 없습니다.",
    "우리 동네는 벌써 삼 년째 같은 말만 듣고 있어요.",
    "회의록이라도 공개하고 이야기합시다.",
    "기자님, 주차장 자리 수는 직접 세어 보신 건가요?",
    "둘레길은 좋은데 화장실이 없는 것이 문제",
    "버스가 한 시간에 한 대면 없는 것이나 마찬가지죠",
    "찬성하는 분들은 밤에 와 보셨으면 합니다",
    "예산이 어디로 갔는지부터 봐야지",
    "아이들이 갈 곳이 없다는 말에 한 표",
    "댓글만 보면 온 나라가 이 일만 이야기하는 듯 ㅎㅎ",
)


def comment_text(chance: Random, place: int) -> str:
    """The text of the comment that is written as number `place` under an article, as the site sends it."""
    if place < len(texts.AWKWARD):
        return sent(texts.AWKWARD[place])
    wanted = int(chance.lognormvariate(MEDIAN, SPREAD))
    if wanted < 10:
        return chance.choice(SHORT)
    pieces = [_claim(chance)]
    while sum(map(len, pieces)) + len(pieces) < min(wanted, LONGEST):
        pieces.append(chance.choice(MORE) if chance.random() < 0.6 else chance.choice(texts.ENDINGS))
    chance.shuffle(pieces)
    text = ("\n" if chance.random() < BROKEN else " ").join(pieces)
    if wanted < len(text):  # people stop in the middle of a sentence, but at a word
        text = text[: text.rfind(" ", 0, wanted + 4) if " " in text[: wanted + 4] else wanted]
    return sent(text)


def _claim(chance: Random) -> str:
    """A sentence about something in particular: few of these occur twice."""
    place, thing, ending = chance.choice(texts.PLACES), chance.choice(texts.THINGS), chance.choice(texts.ENDINGS)
    number = chance.randrange(2, 400)
    forms = (
        f"{place} {thing} {number}년째 그대로인데 {ending}",
        f"{number}번 버스 타고 {thing} 가 보세요 {ending}",
        f"{thing}에 {number}억? {place} 사람이지만 {ending}",
        f"{number}명 중에 {place} 사람은 몇이나 될까요 {ending}",
        f"{chance.choice(texts.OPENINGS)} {place} {thing} {number}곳은 {ending}",
    )
    return chance.choice(forms)


def reply_text(chance: Random) -> str:
    """The text of a reply."""
    return sent(texts.reply_text(chance))


def sent(text: str) -> str:
    """A text as Naver sends it: cut at the limit, angle brackets as entities (in 22,029 texts there is none bare)."""
    return text[:LONGEST].replace("<", "&lt;").replace(">", "&gt;")
