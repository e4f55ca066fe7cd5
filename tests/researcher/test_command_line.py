"""What somebody reads who types a command before the database is ready for it."""

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from researcher import command_line, schema
from tests.databases import default_database
from tests.servers import free_port

ASK = ("research", "--template", "market-entry-strategy", "--topic", "Alberta")
COMMANDS = (ASK, ("work",), ("import_documents", "x.zip"), ("load_catalogue",))


@pytest.fixture
def empty_database(tmp_path, django_db_blocker):
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    with django_db_blocker.unblock(), default_database(url):
        yield


def told(capsys, *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        command_line.run(["manage.py", *arguments])
    assert ended.value.code == command_line.UNUSABLE
    return capsys.readouterr().err


@pytest.mark.usefixtures("empty_database")
@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_a_command_on_a_database_without_tables_says_what_to_do(capsys, arguments):
    said = told(capsys, *arguments)
    assert said.endswith("migrations are missing: run `manage.py migrate` first.\n")
    assert said.count("\n") == 1


def test_a_database_that_cannot_be_asked_is_named_without_its_password(capsys, django_db_blocker):
    url = f"postgresql://us:secret@127.0.0.1:{free_port()}/ours"
    with django_db_blocker.unblock(), default_database(url):
        said = told(capsys, "load_catalogue")
    assert said.startswith("The database cannot be asked (connection failed: ")
    assert said.endswith("): start it, or correct DATABASE_URL.\n")
    assert "secret" not in said


@pytest.mark.usefixtures("empty_database")
def test_whoever_asks_for_the_whole_trace_gets_it():
    with pytest.raises(DatabaseError):
        command_line.run(["manage.py", "load_catalogue", "--traceback"])


@pytest.mark.usefixtures("empty_database")
def test_an_error_in_a_database_that_is_up_to_date_is_told_as_it_is():
    for app, name in schema.unapplied():
        MigrationRecorder(connection).record_applied(app, name)
    with pytest.raises(DatabaseError, match="no such table"):
        command_line.run(["manage.py", "work"])
