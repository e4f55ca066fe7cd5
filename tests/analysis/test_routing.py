from uuid import uuid4

import pytest

from analysis.routing import sockets


def test_an_analysis_is_watched_under_its_id():
    pk = uuid4()
    (route,) = sockets
    assert route.resolve(f"ws/analyses/{pk}/").kwargs == {"analysis_id": pk}


@pytest.mark.parametrize("path", ["ws/analyses/7/", "ws/analyses/", f"ws/analyses/{uuid4()}"])
def test_no_other_path_leads_to_it(path: str):
    (route,) = sockets
    assert route.resolve(path) is None
