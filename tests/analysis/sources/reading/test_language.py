"""The language of a text is told, or nothing."""

import pytest

from analysis.sources.reading.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The sale of the harbour was a matter for the town and is told to us by Bob. " * 10, "en"),
        ("Net sales rose in the quarter, and the margin of the segment grew.", "en"),
        ("Die Umsätze stiegen im dritten Quartal um zwölf Prozent, schrieb der Vorstand.", "de"),
        ("阿拉伯石油输出国组织的成员国宣布石油禁运,石油价格大幅上涨。", "zh"),
        ("تشير عدم المساواة الاقتصادية إلى الفروق في الدخل بين الأفراد في المجتمع.", "ar"),
        ("日本の経済は第三四半期に回復した。輸出は前年同期比で増加した。", "ja"),
        ("1.234 2.345 3.456 % EUR", ""),
        ("", ""),
    ],
)
def test_the_language_is_told(text, language):
    assert language_of(text) == language


def test_a_short_plain_text_is_told_without_the_model(monkeypatch):
    monkeypatch.setattr("analysis.sources.reading.language.py3langid", None)
    text = (
        "Rex Records was a record label of the United Kingdom, founded in 1933 by Crystalate. "
        "It was acquired by Decca and is known for the cheap records that it sold."
    )
    assert language_of(text) == "en"


def test_english_words_in_a_text_of_another_script_do_not_make_it_english():
    quoted = "The size of the market is that of the year in the report and was told to us by Bob."
    arabic = "تشير عدم المساواة الاقتصادية إلى الفروق في الدخل بين الأفراد في المجتمع. " * 4
    assert language_of(arabic + quoted) == "ar"


def test_a_text_that_only_names_something_english_is_not_english():
    german = "Das Unternehmen The Bank of England and Sons steigerte den Umsatz im Quartal. " * 9

    assert language_of(german) == "de"
