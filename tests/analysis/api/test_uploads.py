"""Alice uploads files, good and bad ones: a bad one is told and never loses the others."""

import io

import pytest
from django.core.files.storage import default_storage
from django_q.models import OrmQ

from analysis.models import Document, Source
from tests.analysis.sources.test_store import full_disk

pytestmark = pytest.mark.servers
ADDRESS = "/api/v1/documents/"


def file(name: str, content: bytes = b"Wheat prices rose.") -> io.BytesIO:
    stream = io.BytesIO(content)
    stream.name = name
    return stream


def upload(client, *files: io.BytesIO, **form):
    return client.post(ADDRESS, {"files": list(files), **form}, format="multipart")


def test_several_files_with_a_description_each(api):
    response = upload(api, file("a.txt", b"one"), file("b.txt", b"two"), descriptions=["First", ""])
    told = response.json()
    assert (response.status_code, told["errors"]) == (201, [])
    named = [(one["name"], one["description"], one["size"]) for one in told["documents"]]
    assert named == [("a.txt", "First", 3), ("b.txt", "", 3)]
    assert {one["status"] for one in told["documents"]} == {"unread"}


def test_each_is_stored_and_a_worker_is_rung_for_it(api):
    upload(api, file("a.txt", b"one"), file("b.txt", b"two"))
    assert OrmQ.objects.count() == 2
    source = Document.objects.get(name="a.txt").source
    with default_storage.open(source.file) as stored:
        assert stored.read() == b"one"


def test_a_bad_file_does_not_lose_the_others(api, settings):
    settings.UPLOAD_MAX_MB = 1
    large = file("large.txt", b"x" * (1024 * 1024 + 1))
    response = upload(api, file("empty.txt", b""), file("good.txt"), large)
    told = response.json()
    assert (response.status_code, [one["name"] for one in told["documents"]]) == (
        201,
        ["good.txt"],
    )
    assert [(one["index"], one["name"], one["code"]) for one in told["errors"]] == [
        (0, "empty.txt", "file_empty"),
        (2, "large.txt", "file_too_large"),
    ]


def test_a_program_under_the_name_of_a_pdf_is_refused_and_not_kept(api, refused):
    response = upload(api, file("report.pdf", b"MZfake"))
    assert refused(response, 415) == [("file_type_not_allowed", "files.0")]
    assert "a Windows program" in response.json()["errors"][0]["detail"]
    assert "PDF, DOCX" in response.json()["errors"][0]["detail"]
    assert not Document.objects.exists()
    assert not Source.objects.exists()


def test_when_all_are_bad_it_is_an_error_that_names_each(api, refused):
    response = upload(api, file("a.txt", b""), file("b.txt", b""))
    assert refused(response, 400) == [("file_empty", "files.0"), ("file_empty", "files.1")]
    assert not Document.objects.exists()


def test_a_file_that_is_too_large_is_413(api, refused, settings):
    settings.UPLOAD_MAX_MB = 1
    response = upload(api, file("large.txt", b"x" * (1024 * 1024 + 1)))
    assert refused(response, 413) == [("file_too_large", "files.0")]


def test_a_body_larger_than_all_files_may_be_is_refused_unread(api, refused, settings):
    settings.UPLOAD_MAX_MB, settings.UPLOAD_MAX_FILES = 1, 1
    response = upload(api, file("large.txt", b"x" * (3 * 1024 * 1024)))
    assert refused(response, 413) == [("body_too_large", None)]


def test_too_many_files_are_refused_with_the_number_that_is_allowed(api, refused, settings):
    settings.UPLOAD_MAX_FILES = 2
    response = upload(api, *(file(f"{number}.txt") for number in range(3)))
    assert refused(response, 400) == [("too_many_files", "files")]
    assert "at most 2" in response.json()["detail"]


def test_more_files_than_django_itself_takes_are_refused_too(api, refused, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    response = upload(api, *(file(f"{number}.txt") for number in range(3)))
    assert refused(response, 400) == [("too_many_files", None)]


def test_as_many_descriptions_as_files_or_none(api, refused):
    response = upload(api, file("a.txt"), file("b.txt"), descriptions=["only one"])
    assert refused(response, 400) == [("descriptions_mismatch", "descriptions")]
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\u202egpj.txt", "agpj.txt"),
        ("con.pdf", "con.pdf"),
        (".htaccess", ".htaccess"),
        ("r\u00e9sum\u00e9 \u6c34.txt", "r\u00e9sum\u00e9 \u6c34.txt"),
    ],
)
def test_a_name_is_a_label_and_never_a_place(api, tmp_path, given, kept):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="'
        + given.replace("\\", "\\\\").encode()
        + b'"\r\n\r\nWheat prices rose.\r\n--x--\r\n'
    )
    response = api.post(ADDRESS, body, content_type="multipart/form-data; boundary=x")
    assert response.json()["documents"][0]["name"] == kept
    stored = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert [path.name for path in stored] == [Source.objects.get().sha256]


def test_a_long_name_is_cut_and_a_very_long_one_refused(api, refused):
    cut = upload(api, file("n" * 300 + ".txt")).json()["documents"][0]["name"]
    assert len(cut) == 255
    assert cut.endswith(".txt")
    assert refused(upload(api, file("n" * 5000)), 400) == [("invalid_body", None)]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, ("required", "files")),
        ({"files": "no file"}, ("invalid", "files.0")),
        ({"files": file("a.txt"), "owner": "1"}, ("unknown_field", "owner")),
        (
            {"files": file("a.txt"), "descriptions": "x" * 1001},
            ("max_length", "descriptions.0"),
        ),
        (
            {"files": file("a.txt"), "descriptions": "a\x00b"},
            ("null_characters_not_allowed", "descriptions.0"),
        ),
    ],
)
def test_a_form_that_was_not_agreed_is_refused_by_field(api, refused, form, error):
    assert refused(api.post(ADDRESS, form, format="multipart"), 400) == [error]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ('{"files": []}', "application/json", 415),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 400),
        (b"whatever", "multipart/form-data", 400),
    ],
)
def test_a_body_that_is_no_form_is_refused(api, refused, body, content_type, status):
    refused(api.post(ADDRESS, body, content_type=content_type), status)


def test_the_same_key_stores_once(api):
    headers = {"Idempotency-Key": "k"}
    first, second = (
        api.post(ADDRESS, {"files": file("a.txt")}, format="multipart", headers=headers)
        for _ in range(2)
    )
    assert first.content == second.content
    assert Document.objects.count() == 1


def test_a_full_disk_refuses_with_a_word_for_it_and_keeps_nothing(api):
    content = b"Wheat prices rose again. " * 10_000
    api.raise_request_exception = False
    with full_disk():
        refused = upload(api, file("large.txt", content))
    assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    assert not Document.objects.exists()
    assert upload(api, file("large.txt", content)).status_code == 201
