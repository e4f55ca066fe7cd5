"""Only a date that a document gives of itself is taken for its own."""

from datetime import date

import pytest

from analysis.sources.reading import dates

PROSE = "The harbour was sold by Alice to Bob, and nobody in the town was asked about it. "


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-06-30", date(2023, 6, 30)),
        ("2023-06-30T10:00:00Z", date(2023, 6, 30)),
        ("2023/6/30", date(2023, 6, 30)),
        ("30 June 2023", date(2023, 6, 30)),
        ("30th of June 2023", date(2023, 6, 30)),
        ("June 30, 2023", date(2023, 6, 30)),
        ("June\n30,\n2023", date(2023, 6, 30)),
        ("Sept. 3rd, 2022", date(2022, 9, 3)),
        ("25-Oct-2022", date(2022, 10, 25)),
        ("30.06.2023", date(2023, 6, 30)),
        ("30. Juni 2023", date(2023, 6, 30)),
        ("3. März 2024", date(2024, 3, 3)),
        ("1er juin 2023", date(2023, 6, 1)),
        ("3 de marzo de 2024", date(2024, 3, 3)),
        ("2023年6月30日", date(2023, 6, 30)),
        ("12/31/2022", date(2022, 12, 31)),
        ("31/12/2022", date(2022, 12, 31)),
        ("06/06/2022", date(2022, 6, 6)),
        ("June 2023", date(2023, 6, 30)),
        ("February 2024", date(2024, 2, 29)),
        ("05/06/2022", None),
        ("2023-02-30", None),
        ("June 31, 2023", None),
        ("2022-13-01", None),
        ("1.2.2023.4", None),
        ("978-3-16-148410-0", None),
        ("14 July 1789", None),
        ("no date at all", None),
    ],
)
def test_a_date_is_read_in_every_usual_form(text, day):
    assert dates.first_date(text) == day
    assert dates.first_date(f"({text})") == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("For the quarterly period ended July 1, 2023", date(2023, 7, 1)),
        ("For the fiscal year ended September 30, 2023", date(2023, 9, 30)),
        ("(Mark One)\nFor the quarterly period\nended October 29, 2023\nOR", date(2023, 10, 29)),
        ("three months ended June 30, 2023 and June 30, 2022", date(2023, 6, 30)),
        ("nine-month periods ended July 1, 2023 and June 25, 2022", date(2023, 7, 1)),
        ("Half year ended 30 June 2024", date(2024, 6, 30)),
        ("Form 10-Q filed on 2022-11-18 for the period ending 2022-10-30", date(2022, 10, 30)),
        ("Period: 1 April 2023 to 30 June 2023", date(2023, 6, 30)),
        ("For the transition period from ____ to ____", None),
        ("We expect growth in the quarter ending September 30, 2030.", None),
        ("The war ended May 8, 1945.", None),
    ],
)
def test_the_end_of_a_period_is_found(text, day):
    assert dates.period_end(f"FORM 10-Q\n{text}\n{PROSE}") == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Balance sheet as of 30 June 2023", date(2023, 6, 30)),
        ("As at 31 March 2022 (unaudited)", date(2022, 3, 31)),
        ("Stand: 30.06.2023", date(2023, 6, 30)),
        ("Version of 12 May 2023", date(2023, 5, 12)),
        ("Version: June 2023", date(2023, 6, 30)),
        (f"{PROSE}Shares as of July 21, 2023 were 15,634,232,000, as the registrar told.", None),
        ("Version 1.2.2023 of the software changes nothing in the price of the harbour.", None),
    ],
)
def test_the_day_whose_state_is_shown_is_found(text, day):
    assert dates.state(f"The harbour\n{text}\n{PROSE}") == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Published 2024-03-01", date(2024, 3, 1)),
        ("Published on March 1st, 2024 by Alice", date(2024, 3, 1)),
        ("Release date: 12 May 2023", date(2023, 5, 12)),
        ("Last updated: Friday, 14 March 2025", date(2025, 3, 14)),
        ("Dated: January 5, 2024", date(2024, 1, 5)),
        ("Datum: 3. März 2024", date(2024, 3, 3)),
        ("Publié le 3 mars 2024", date(2024, 3, 3)),
        ("Tuesday, October 25, 2022", date(2022, 10, 25)),
        ("June 2023", date(2023, 6, 30)),
        ("25 October 2022 | London", date(2022, 10, 25)),
        ("CITY, Calif., Nov. 21, 2023 (WIRE) -- The company today said", date(2023, 11, 21)),
        ("CUPERTINO, CALIFORNIA \u2013 August 3, 2023 \u2013 Apple today", date(2023, 8, 3)),
        ("Form 10-Q filed on 2022-11-18", date(2022, 11, 18)),
        ("On June 5, 2020 a man walked into a bar.", None),
        ("May 2024 was a good month for all of us.", None),
        ("Updated 04/05/2023", None),
    ],
)
def test_the_day_of_publication_is_found(text, day):
    assert dates.published(f"The harbour\n{text}\n{PROSE}") == day


def test_a_date_far_down_is_not_the_document_s():
    far = PROSE * 40

    assert dates.published(f"{far}\nPublished 2024-03-01\n") is None
    assert dates.state(f"{far}\nAs of 2024-03-01\n") is None
    assert dates.published(f"{PROSE * 15}\n1 March 2024\n") is None
