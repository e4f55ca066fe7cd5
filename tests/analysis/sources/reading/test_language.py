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


@pytest.mark.parametrize(
    "text",
    [
        "Kowalski is a Polish weekly for growers and millers in Warsaw.",
        "Universidade S\u00e3o Bento is a school located in Rio de Janeiro, Brazil, and is the"
        " oldest of its kind.",
    ],
)
def test_a_sentence_with_foreign_names_is_told_without_the_model(text, monkeypatch):
    monkeypatch.setattr("analysis.sources.reading.language.py3langid", None)
    assert language_of(text) == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Het lied the sound of the sea was in de zomer op de radio en is van dit jaar.", "nl"),
        ("La chanson the end of the road est sortie en juin et se vend bien depuis.", "fr"),
        ("Der Film with the sun in his eyes lief im Herbst und ist nun auch im Handel.", "de"),
    ],
)
def test_an_english_title_in_a_sentence_does_not_make_it_english(text, language):
    assert language_of(text) == language
