"""The first user of a fresh installation, so that `make run` can say how to log in."""

from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import User

from researcher.env import kept


class Login(NamedTuple):
    username: str
    password: str


def first_admin() -> Login | None:
    """An administrator with a password kept in the data folder; None if there is another one."""
    path = Path(settings.DATA_DIR) / "admin_password"
    others = User.objects.filter(is_superuser=True).exclude(username="admin")
    if others.exists() or (not path.exists() and User.objects.filter(username="admin").exists()):
        return None
    login = Login("admin", kept(path))
    user, _ = User.objects.get_or_create(
        username=login.username, defaults={"is_staff": True, "is_superuser": True}
    )
    if not user.check_password(login.password):
        user.set_password(login.password)
        user.save()
    return login
