"""Every variable that the settings read stands in .env.example."""

import re

from researcher.env import BASE_DIR


def test_every_setting_is_in_the_example():
    settings = (BASE_DIR / "researcher" / "settings.py").read_text()
    read = set(re.findall(r'(?:env\.\w+|secret)\(\s*"([A-Z_]+)"', settings))
    example = set(re.findall(r"^# ([A-Z_]+)=", (BASE_DIR / ".env.example").read_text(), re.M))
    assert read <= example
    assert example - read <= {"SECRET_KEY_FILE"}
