from uuid import uuid4

import pytest

from analysis.routing import sockets


def test_an_analysis_is_watched_under_its_id():
    pk = uuid4()
    (route,) = sockets
    assert route.resolve(f"ws/analyses/{pk}/").kwargs == {"analysis_id": pk}


NO_SLASH = "ws/analyses/01a207ae-0bde-70e6-aaea-f60dbb435ac9"


@pytest.mark.parametrize("path", ["ws/analyses/7/", "ws/analyses/", NO_SLASH])
def test_no_other_path_leads_to_it(path: str):
    (route,) = sockets
    assert route.resolve(path) is None
