"""Whatever script a source is written in, its words are printed and can be read out again."""

import pytest

from reports.renderers import pdf
from tests.reports.drafts import make_draft
from tests.reports.renderers.pdf.reading import pages, squeezed, words

SAID = {
    "Greek": "Τα έσοδα αυξήθηκαν κατά 12,4% — Ἐν ἀρχῇ ἦν ὁ λόγος",
    "Cyrillic": "Выручка выросла на 12,4%; Україна, Ђорђе",
    "Vietnamese": "Doanh thu dịch vụ đạt 4,1 tỷ đô la",
    "Turkish": "Gelirler İstanbul’da ₺6 arttı, Łódź, œuvre",
    "Chinese": "市场进入战略的关键发现包括监管风险（2025年），收入增长12.4%。",
    "Traditional Chinese": "市場進入戰略的關鍵發現，「收入增長」。",
    "Japanese": "「売上高」は41億ドルに達しました。ロサンゼルス・オリンピック",
    "Korean": "시장 진입 전략의 주요 결과에는 규제 위험이 포함됩니다.",
    "Arabic": "تشير نتائج التحليل إلى أن إيرادات الشركة ارتفعت خلال الربع الثالث",
    "Hebrew": "ממצאי הניתוח מראים שההכנסות עלו ברבעון השלישי",
    "Devanagari": "विश्लेषण के निष्कर्ष बताते हैं कि कंपनी की आय बढ़ी।",
    "Bengali": "বিশ্লেষণের ফলাফল দেখায় যে আয় বেড়েছে।",
    "Tamil": "மூன்றாம் காலாண்டில் வருவாய் உயர்ந்தது",
    "Thai": "ผลการวิเคราะห์แสดงว่ารายได้ของบริษัทเพิ่มขึ้น",
    "Georgian": "შემოსავალი გაიზარდა",
    "Armenian": "Եկամուտը աճել է",
    "Ethiopic": "ገቢው ጨምሯል",
    "symbols": "€5 £3 ¥9 ₹7 ₽8 ₩1 → ↑ ≤ ≥ ≠ ∑ √ ∞ ✓ ★ ■ ① ½ m² CO₂",
}


@pytest.fixture(scope="module")
def printed() -> str:
    """One report for all of them, because its fonts take a second."""
    return words(pdf.render(make_draft(limits=tuple(SAID.values()))))


@pytest.mark.parametrize("script", SAID)
def test_its_words_are_printed(printed, script):
    missing = [word for word in SAID[script].split() if squeezed(word) not in printed]
    assert not missing
    assert "[U+" not in printed


def test_a_report_in_chinese_is_the_same_every_time():
    draft = make_draft(title=SAID["Chinese"])
    assert pdf.render(draft) == pdf.render(draft)


def test_a_shaped_script_leaves_no_trace_in_the_next_report():
    draft = make_draft(title=SAID["Devanagari"])
    before = pdf.render(draft)
    pdf.render(make_draft(title="कंपनी " + SAID["Arabic"]))
    assert pdf.render(draft) == before


def test_a_word_may_end_in_a_mark_above_its_last_letter():
    text = words(pdf.render(make_draft(limits=("مُحَمَّدٌ ، شكرًا", "שָׁלוֹם"))))
    assert "[U+" not in text
    assert set(squeezed("محمدشكراשלום")) <= set(text)


def test_a_citation_behind_arabic_keeps_its_brackets_in_order():
    draft = make_draft()
    finding = draft.findings[0].model_copy(update={"text": SAID["Arabic"]})
    sentence = draft.summary[0].model_copy(update={"text": SAID["Arabic"]})
    file = pdf.render(
        draft.model_copy(
            update={"findings": (finding, *draft.findings[1:]), "summary": (sentence,)}
        )
    )
    summary = pages(file)[1]
    assert "[1]" in summary
    assert "]1" not in summary
