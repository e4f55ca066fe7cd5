"""Text is text in every encoding, and what is no text is refused."""

import random

import pytest

from analysis.sources.reading import encoding
from analysis.sources.reading.encoding import decoded
from analysis.sources.reading.types import Unreadable

ENGLISH = (
    "Revenue grew 12% \u2013 the \u201cbest\u201d quarter ever, said the company\u2019s CFO.\n"
)
GERMAN = "Die Umsätze stiegen im dritten Quartal um zwölf Prozent, schrieb der Vorstand.\n"
RUSSIAN = "Экономика выросла на два процента. Аналитики ожидают замедления роста.\n"
CHINESE = "1973年10月6日,叙利亚和埃及对以色列发动突然袭击。阿拉伯国家提高了石油价格。\n"
JAPANESE = "日本の経済は第3四半期に回復した。輸出は前年同期比で12パーセント増加した。\n"
ARABIC = "تشير عدم المساواة الاقتصادية إلى الفروق في الدخل بين الأفراد في المجتمع.\n"
KOREAN = "한국 경제는 3분기에 회복세를 보였다. 수출은 전년 동기 대비 증가했다.\n"
EMOJI = "Good \U0001f600 news \U0001f680 for all of us\n"
TEXTS = [ENGLISH, GERMAN, RUSSIAN, CHINESE, JAPANESE, ARABIC, KOREAN, EMOJI]

UNICODE = [
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"),
    *("utf-32", "utf-32-le", "utf-32-be"),
]


@pytest.mark.parametrize("name", UNICODE)
@pytest.mark.parametrize("text", TEXTS)
def test_unicode_is_read_with_and_without_a_mark(text, name):
    assert decoded(text.encode(name)) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (ENGLISH, "cp1252"),
        (GERMAN, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (CHINESE, "gb18030"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (ARABIC, "cp1256"),
        (KOREAN, "cp949"),
    ],
)
def test_older_encodings_are_guessed(text, name):
    assert decoded((text * 3).encode(name)) == text * 3


def test_a_long_text_is_not_cut_in_the_middle_of_a_character():
    text = JAPANESE * 2000

    assert len(text.encode("cp932")) > encoding.SAMPLE
    assert decoded(text.encode("cp932")) == text


def test_one_broken_byte_does_not_lose_a_text():
    content = (CHINESE * 20).encode()
    text = decoded(content[:100] + b"\xff" + content[100:])

    assert text.count("\ufffd") <= 4
    assert text.endswith(CHINESE)


def test_a_page_that_says_its_encoding_is_believed():
    page = '<html><head><meta charset="iso-8859-15"></head><body>12 \u20ac</body></html>'

    assert decoded(page.encode("iso-8859-15")) == page


def test_an_encoding_that_does_not_exist_is_passed_over():
    for name in ("no-such-thing", "gb-no-such", "idna", "hex", "utf-7"):
        page = f'<html><meta charset="{name}"><body>Größe und Stärke</body></html>'

        assert "Größe" in decoded(page.encode("cp1252"))


@pytest.mark.parametrize("size", [*range(200, 230), 5000, 100_000])
def test_bytes_that_are_no_text_are_refused(size):
    content = random.Random(size).randbytes(size)  # noqa: S311 the same bytes every time

    with pytest.raises(Unreadable) as refusal:
        decoded(content)
    assert refusal.value.code == "file_unreadable"
