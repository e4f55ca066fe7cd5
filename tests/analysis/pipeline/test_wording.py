from analysis.pipeline.wording import mentions, names, questions, related, subject_words


def test_a_thing_is_looked_for_by_all_its_names() -> None:
    assert related("Net sales by region") == ["revenue", "turnover"]
    assert related("Nothing of the kind") == []


def test_a_part_of_a_word_is_not_the_word() -> None:
    assert "law" not in related("flawless")
    assert related("lawn mowers") == []


def test_guidance_is_cut_into_questions() -> None:
    guidance = "Describe the market size.\nWho buys? Write in plain words; Look for prices."

    assert questions(guidance) == ["the market size.", "Who buys?", "prices."]


def test_the_subject_of_a_topic_is_what_its_general_words_leave() -> None:
    assert subject_words("Apple quarterly results Q3 2023") == ["Apple"]
    assert subject_words("quarterly financial review") == []
    assert subject_words("Effects of exercise on depression") == ["exercise", "depression"]


def test_names_are_capitalised_or_hold_digits() -> None:
    assert names("How do Nestl\u00e9's 3D-printed foods sell in Ghana?") == [
        "Nestl\u00e9",
        "3D-printed",
        "Ghana",
    ]


def test_scripts_without_blanks_are_cut_in_pairs() -> None:
    assert subject_words("石油危机") == ["石油", "油危", "危机"]


def test_a_mention_may_have_another_ending() -> None:
    text = "the regulators regulate; said ai once"

    assert mentions(text, ["regulation", "Regulators", "tax", "AI"]) == [
        "regulation",
        "Regulators",
        "AI",
    ]
    assert mentions("he said", ["AI"]) == []


def test_a_long_text_must_mention_a_word_often() -> None:
    assert mentions("apple apple", ["Apple"], 2) == ["Apple"]
    assert mentions("apple pineapple", ["Apple"], 2) == []
