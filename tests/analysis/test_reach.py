from typing import Any

import pytest

from analysis.reach import Reach, checked, reached, within
from analysis.types import Brief
from analysis.web_types import Egress, EgressMode
from researcher.kit.refusal import Refusal
from tests.analysis.pipeline.desk import brief, section, template

WEB = Egress(mode=EgressMode.WEB)


def test_nothing_said_is_documents_only() -> None:
    assert checked() == Reach()
    assert Reach().egress.mode is EgressMode.DOCUMENTS


def test_hosts_are_kept_as_they_are_looked_up() -> None:
    reach = checked(mode="hosts", hosts=[" SEC.gov.", "bücher.example", "sec.gov"])

    assert reach.egress.hosts == ("sec.gov", "xn--bcher-kva.example")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"mode": "hosts"}, "hosts_required"),
        ({"mode": "web", "hosts": ["sec.gov"]}, "hosts_unused"),
        ({"mode": "hosts", "hosts": ["https://sec.gov"]}, "bad_host"),
        ({"mode": "hosts", "hosts": ["sec.gov/filings"]}, "bad_host"),
        ({"mode": "hosts", "hosts": ["sec.gov:443"]}, "bad_host"),
        ({"mode": "hosts", "hosts": ["*.gov"]}, "bad_host"),
        ({"mode": "hosts", "hosts": ["com"]}, "bad_host"),
        ({"mode": "hosts", "hosts": [""]}, "bad_host"),
        ({"mode": "hosts", "hosts": ["a" * 70 + ".com"]}, "bad_host"),
        ({"mode": "hosts", "hosts": [f"a{n}.com" for n in range(101)]}, "too_many_hosts"),
        ({"names": ["openalex"]}, "egress_required"),
        ({"urls": ["https://sec.gov/"]}, "egress_required"),
        ({"mode": "web", "names": ["altavista"]}, "unknown_provider"),
        ({"mode": "web", "names": ["tavily"]}, "provider_off"),
        ({"mode": "web", "urls": ["ftp://sec.gov/"]}, "bad_url"),
        ({"mode": "web", "urls": ["https://bob:secret@sec.gov/"]}, "bad_url"),
        ({"mode": "web", "urls": ["https://sec.gov/"] * 101}, "too_many_urls"),
        (
            {"mode": "hosts", "hosts": ["sec.gov"], "urls": ["https://notsec.gov/"]},
            "url_not_allowed",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(
    given: dict[str, Any], code: str, settings: Any
) -> None:
    settings.TAVILY_API_KEY = ""
    with pytest.raises(Refusal) as refused:
        checked(**given)

    assert refused.value.code == code
    assert "secret" not in refused.value.detail or "bob" in refused.value.detail


def test_urls_below_a_listed_host_are_taken_each_once() -> None:
    url = "https://www.sec.gov/a"
    reach = checked(mode="hosts", hosts=["sec.gov"], urls=[url, url], names=["edgar", "edgar"])

    assert (reach.urls, reach.providers) == ((url,), ("edgar",))


@pytest.mark.parametrize(
    ("most", "refused"), [("documents", ["hosts", "web"]), ("hosts", ["web"]), ("web", [])]
)
def test_a_deployment_says_how_far_any_analysis_may_reach(
    most: str, refused: list[str], settings: Any
) -> None:
    settings.EGRESS = most
    hosts = {"hosts": ["sec.gov"], "web": []}
    for mode, named in hosts.items():
        if mode not in refused:
            assert checked(mode=mode, hosts=named).egress.mode == mode
            continue
        with pytest.raises(Refusal, match="no analysis reach further") as error:
            checked(mode=mode, hosts=named)
        assert error.value.code == "egress_not_allowed"


def test_an_analysis_that_was_submitted_before_reaches_no_further_either(settings: Any) -> None:
    assert within(WEB) == WEB
    settings.EGRESS = "hosts"
    assert within(WEB) == Egress()


def test_what_a_copy_does_not_change_stays() -> None:
    before = checked(mode="hosts", hosts=["sec.gov"], names=["edgar"])

    assert reached({}, before) == before
    assert reached({"providers": []}, before).egress == before.egress
    assert reached({"egress": {"mode": "web", "hosts": []}}, before).providers == ("edgar",)


def test_a_brief_of_before_there_was_a_reach_reads_documents_only() -> None:
    told = brief("wheat", template(section("a"))).model_dump(mode="json")
    old = {name: told[name] for name in told if name not in Reach._fields}

    assert Brief.model_validate(old).egress == Egress()
