import pytest

from analysis.pipeline.relevance import Standing, reading, standings, unmentioned
from analysis.types import Brief
from analysis.web_types import Kind
from templates_app.types import SourcePolicy
from tests.analysis.pipeline.desk import Desk, brief, day, section, template

APPLE = "Apple Inc. sells phones. Apple sells watches. Apple sells tablets."
NVIDIA = "NVIDIA Corporation sells chips. NVIDIA sells cards. NVIDIA sells boards."
ECONOMY = "The economy of the United States grew in the quarter, and households bought more."


def asked(topic: str, policy: SourcePolicy | None = None) -> Brief:
    return brief(topic, template(section("results"), sources=policy or SourcePolicy()))


def judged(desk: Desk, topic: str, policy: SourcePolicy | None = None) -> dict[str, Standing]:
    one = asked(topic, policy)
    read = [reading(one, *found) for found in desk.documents.values() if isinstance(found, tuple)]
    names = {each.source.key: each.source.name for each in read}
    return {names[key]: standing for key, standing in standings(one, read).items()}


def test_a_document_of_another_company_is_left_out_and_that_is_said(desk: Desk) -> None:
    desk.add("apple.pdf", APPLE)
    desk.add("nvidia.pdf", NVIDIA)
    found = judged(desk, "Apple quarterly results")

    assert found["apple.pdf"].weight > 0
    assert found["nvidia.pdf"] == Standing(0.0, "it is about nvidia and does not mention the topic")


def test_a_document_of_no_company_is_context(desk: Desk) -> None:
    desk.add("apple.pdf", APPLE)
    desk.add("economy.html", ECONOMY)
    found = judged(desk, "Apple quarterly results")

    assert 0 < found["economy.html"].weight < found["apple.pdf"].weight


def test_when_no_document_mentions_the_topic_none_is_used(desk: Desk) -> None:
    desk.add("trial.pdf", "Patients were given a placebo twice a day for ten weeks.")
    found = judged(desk, "Apple quarterly results")

    assert found["trial.pdf"] == Standing(0.0, "it mentions nothing of the topic (Apple)")


def test_a_topic_without_a_subject_is_about_every_document(desk: Desk) -> None:
    desk.add("apple.pdf", APPLE)

    assert judged(desk, "quarterly results")["apple.pdf"].weight > 0


def test_a_name_in_the_name_of_the_file_is_enough(desk: Desk) -> None:
    desk.add("2023 Q3 AAPL.pdf", "The company sells phones. " * 4000)

    assert judged(desk, "AAPL results")["2023 Q3 AAPL.pdf"].weight > 0


def test_a_passing_mention_is_not_enough_where_others_tell_of_it(desk: Desk) -> None:
    desk.add("apple.pdf", APPLE)
    desk.add("market.pdf", "Phones are sold everywhere, also by Apple. " + "Shops open. " * 9000)
    found = judged(desk, "Apple quarterly results")

    assert found["market.pdf"].weight < found["apple.pdf"].weight / 2


def test_the_newest_report_of_a_company_leads(desk: Desk) -> None:
    desk.add("q2.pdf", APPLE, as_of=day("2023-04-01"))
    desk.add("q3.pdf", APPLE + " ", as_of=day("2023-07-01"))
    found = judged(desk, "Apple quarterly results")

    assert found["q3.pdf"].weight > 1.5 * found["q2.pdf"].weight


def test_an_older_version_weighs_half(desk: Desk) -> None:
    desk.add("old.pdf", APPLE, superseded_by="s-new")
    desk.add("new.pdf", APPLE + " ")
    found = judged(desk, "Apple quarterly results")

    assert found["old.pdf"].weight == found["new.pdf"].weight / 2


def test_names_that_no_document_mentions_are_told(desk: Desk) -> None:
    desk.add("apple.pdf", APPLE)
    one = asked("Apple and Contoso results")
    found = desk.documents["apple.pdf"]
    assert isinstance(found, tuple)

    assert unmentioned(one, [reading(one, *found)]) == ("Contoso",)


def test_a_filing_counts_more_than_news_and_news_more_than_any_page(desk: Desk) -> None:
    desk.add("upload.pdf", APPLE)
    for kind in (Kind.OFFICIAL, Kind.NEWS, Kind.WEB):
        desk.add(kind.value, f"{APPLE} {kind.value}", url=f"https://{kind}.example/", kind=kind)
    desk.add("bad", f"{APPLE} bad", url="https://x.gov/", kind=Kind.OFFICIAL, is_retracted=True)
    found = judged(desk, "Apple quarterly results")
    ordered = sorted(found, key=lambda name: -found[name].weight)

    assert ordered[2:] == ["news", "web", "bad"]
    assert found["upload.pdf"] == found["official"]


def test_the_order_of_kinds_is_that_of_the_template(desk: Desk) -> None:
    for kind in (Kind.OFFICIAL, Kind.NEWS, Kind.SCHOLARLY, Kind.WEB):
        desk.add(kind.value, f"{APPLE} {kind.value}", url=f"https://{kind}.example/", kind=kind)
    found = judged(desk, "Apple quarterly results", SourcePolicy(order=("news", "scholarly")))

    assert found["news"].weight > found["scholarly"].weight > found["official"].weight
    assert found["official"].weight == found["web"].weight
    assert found["scholarly"].because == ("the template's order of sources: scholarly (x 0.85)",)
    assert found["news"].because == ()


def test_what_is_older_than_the_template_wants_counts_less_and_that_is_said(desk: Desk) -> None:
    desk.add("old.pdf", f"{APPLE} old", published_on=day("2011-11-22"))
    desk.add("new.pdf", f"{APPLE} new", published_on=day("2022-01-01"))
    found = judged(desk, "Apple quarterly results", SourcePolicy(years=5))

    assert found["new.pdf"].because == ()
    [why] = found["old.pdf"].because
    assert why.startswith("the template wants sources from ")
    assert why.endswith(" on, it is of 2011-11-22 (x 0.60)")
    assert found["old.pdf"].weight == pytest.approx(0.6)
