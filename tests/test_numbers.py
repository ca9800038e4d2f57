"""Reading counts: a table of real forms, what must stay unread, and properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import Number
from crawler import numbers

EXACT = {
    "0": 0,
    "-0": 0,
    "7": 7,
    " 12 ": 12,
    "\n\t42\u3000": 42,
    "007": 7,
    "1,042": 1_042,
    "12,345": 12_345,
    "1,234,567": 1_234_567,
    "99711788": 99_711_788,
    "-8": -8,
    "−8": -8,  # U+2212, as some sites print dislikes
    "-1,042": -1_042,
    "+12": 12,
    "１２３": 123,
    "１，０４２": 1_042,
    "9" * 18: 10**18 - 1,
}
ROUNDED = {
    "1만": 10_000,
    "1.2만": 12_000,
    "1.23만": 12_300,
    "12.3만": 123_000,
    "1,042만": 10_420_000,
    "0.5만": 5_000,
    "1.2 만": 12_000,
    "1.2\u00a0만": 12_000,
    "１．２만": 12_000,
    "-1.2만": -12_000,
    "+3천": 3_000,
    "0만": 0,
    "5천": 5_000,
    "1.2천": 1_200,
    "3백": 300,
    "3백만": 3_000_000,
    "5천만": 50_000_000,
    "1.5천만": 15_000_000,
    "2억": 200_000_000,
    "1.4억": 140_000_000,
    "3조": 3_000_000_000_000,
    "1억 2천만": 120_000_000,
    "1억2천만": 120_000_000,
    "1억 2,345만": 123_450_000,
    "1만 2천": 12_000,
    "1만2천": 12_000,
    "2천5백": 2_500,
    "2천5백만": 25_000_000,
    "1천234만": 12_340_000,
    "1만 2,345": 12_345,
    "1만 5": 10_005,
    "1조 2억 3만 4": 1_000_200_030_004,
    "1K": 1_000,
    "1k": 1_000,
    "1.2K": 1_200,
    "1.2 k": 1_200,
    "12.34K": 12_340,
    "3M": 3_000_000,
    "1.5 M": 1_500_000,
    "1,234K": 1_234_000,
    "2B": 2_000_000_000,
    "999,999조": 999_999 * 10**12,
}
NEVER = [
    *["", " ", "-", "+", "–", "·", ".", ",", "abc", "없음", "N/A", "null", "NaN", "Infinity", "만", "천만", "K", "일만"],
    *["1.042", "1.5", "1.0", ".5", "5.", "1.2.3", "1e5", "0x10", "1_000", "1/2", "½", "²", "٣", "१", "①"],
    *["1,04", "1,0421", "12,34", ",123", "0,123", "1,,042", "1 042", "1, 042", "1.042,5", "1'042"],
    *["99+", "1만+", "+99+", "약 1만", "1만 이상", "~10", "10-20", "--8", "- 8", "+-8", "8-", "(12)", "[12]", "#3"],
    *["1만회", "조회 12", "12개", "댓글 3", "1.2만 3천", "1.23456만", "0.00001만", "1만2", "2천5", "12만3"],
    *["5천 1만", "1만 1만", "1억 1억", "2천만 1억", "1만 0", "1억만", "1천천", "1만 20000", "3m", "3b", "1KB", "1.2만K"],
    *["1" * 19, "1,000,000,000,000,000,000", "1000000조", "9" * 41, "1만" * 20, "1" * 39 + "x", "1천" * 13, "\ud800"],
]


@pytest.mark.parametrize(("text", "value"), EXACT.items())
def test_every_digit_given_is_exact(text: str, value: int) -> None:
    assert numbers.read(text) == Number(value, "exact", text)


@pytest.mark.parametrize(("text", "value"), ROUNDED.items())
def test_a_unit_makes_it_rounded(text: str, value: int) -> None:
    assert numbers.read(text) == Number(value, "rounded", text)


@pytest.mark.parametrize("text", NEVER)
def test_what_is_not_sure_is_not_read(text: str) -> None:
    assert numbers.read(text) is None


def test_nothing_is_none_and_never_zero() -> None:
    assert numbers.read(None) is None
    assert numbers.read("9" * 10**6) is None


def test_raw_is_a_plain_string() -> None:
    smart = type("Smart", (str,), {})("1,042")  # as lxml's, which keep their page alive
    assert type(getattr(numbers.read(smart), "raw", None)) is str


@given(st.integers(1 - 10**18, 10**18 - 1))
def test_round_trip(value: int) -> None:
    for text in (str(value), f"{value:,}"):
        assert numbers.read(text) == Number(value, "exact", text)


@given(st.integers(1, 9_999), st.integers(1, 9_999), st.integers(10, 9_999))
def test_round_trip_in_myriads(high: int, middle: int, low: int) -> None:
    value = (high * 10_000 + middle) * 10_000 + low
    for text in (f"{high}억 {middle}만 {low}", f"{high:,}억{middle:,}만{low:,}"):
        assert numbers.read(text) == Number(value, "rounded", text)


@given(st.decimals(0, 9_999, places=1), st.sampled_from([("만", 10_000), ("천", 1_000), ("K", 1_000), ("M", 10**6)]))
def test_a_rounded_count_is_what_its_digits_say(number: object, unit: tuple[str, int]) -> None:
    found = numbers.read(f"{number}{unit[0]}")
    assert found is not None
    assert found.value * 10 == int(str(number).replace(".", "")) * unit[1]


@given(st.text() | st.text("0123456789,.+-만천백억조kKMB １９", max_size=41))
def test_any_text_is_none_or_within_limits(text: str) -> None:
    found = numbers.read(text)
    if found is not None:
        assert abs(found.value) < 10**18
        assert found.raw == text
        assert any(character.isdigit() for character in text)
