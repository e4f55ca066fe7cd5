"""Twenty short documents about one market, the same every time and none like another."""

import random
from collections.abc import Iterator

TOPIC = "Entering the market for precision irrigation in Alberta"
DOCUMENTS = 20
SENTENCES = 16
PUBLISHERS = (
    "Prairie Farm Institute", "Lethbridge Growers Union", "Bow River Irrigation District",
    "Western Water Council", "Alberta Crop Board", "Taber Sugar Beet Growers",
    "Oldman Basin Survey", "Calgary Trade Office", "Medicine Hat Seed Review",
    "Foothills Credit Union", "Canola Economics Unit", "Drought Monitoring Panel",
    "Pivot Dealers Association", "Soil Sensor Laboratory", "Rural Broadband Forum",
    "Potato Processors Circle", "Farm Machinery Journal", "Hail Insurance Bureau",
    "St. Mary River Project", "Northern Lights Research",
)  # fmt: skip
PEOPLE = (
    "potato growers", "canola farms", "sugar beet growers", "seed producers", "dairy farms",
    "greenhouse owners", "feedlot operators", "hay exporters", "vegetable growers", "bean growers",
)  # fmt: skip
THINGS = (
    "moisture sensors", "variable rate pivots", "drip lines", "flow meters", "weather stations",
    "pump controllers", "satellite imaging plans", "fertigation kits", "leak detectors",
    "scheduling software",
)  # fmt: skip
CAUSES = (
    "water licences became scarcer", "energy tariffs rose", "two dry summers emptied reservoirs",
    "a provincial grant covered part of the price", "dealers offered leasing",
    "processors asked for traceable yields", "labour was hard to find",
    "interest rates made large pivots expensive", "neighbours showed good results",
    "the exchange rate made imports dearer",
)  # fmt: skip
PLACES = (
    "Lethbridge County", "the County of Newell", "Cypress County", "the District of Taber",
    "Vulcan County", "Wheatland County", "Warner County", "Forty Mile County", "Cardston County",
    "Foothills County",
)  # fmt: skip
FORMS = (
    "Sales of {thing} to {people} in {place} grew by {p}.{d}% to ${m} million in {year}.",
    "{People} in {place} bought {n} {thing} in {year} because {cause}.",
    "The price of {thing} fell to ${n} per hectare in {year}, while installation took {d} weeks.",
    "Demand for {thing} among {people} declined in {year} after {cause}.",
    "Three suppliers hold {p}% of the regional market for {thing}, and the largest is a dealer.",
    "A newcomer needs a provincial approval for {thing}, which took {n} days in {year}.",
    "The main risk for sellers of {thing} is that {people} may delay orders when {cause}.",
    "Farm lenders recommend that {people} should test {thing} on {d} fields before a larger order.",
    "Irrigated area under {thing} in {place} reached {n} hectares in {year}.",
    "{People} expect that spending on equipment will rise to ${m} million by {next} as {cause}.",
    "Payback of {thing} was {d} years for {people}, and dealer margins stood at {p}%.",
    "Distributors in {place} prefer a joint venture with foreign makers because {cause}.",
    "Import duties on {thing} were cut to {d}.{d}% in {year}, which helped new suppliers.",
    "Service technicians are scarce: {place} counted {n} open positions in {year}.",
    "Cooperatives of {people} pooled orders worth ${m} million to bargain for lower prices.",
    "An analysis of {n} farms found water savings of {p}% where {thing} were used.",
    "Adoption among {people} stood at {p}% in {year}, half of the rate in Idaho.",
    "Exports of irrigated crops from {place} were worth ${m} million in {year}.",
    "The province spent ${m} million on canals of {place}, so that new pivots find water.",
    "Local brands charge {p}% more than online sellers, but {people} value nearby repair shops.",
    "Licence transfers in {place} took {n} days on average, a barrier that lawyers call decisive.",
    "Competitors cut list prices of {thing} by {p}% when a foreign entrant opened an office.",
    "Warranty claims for {thing} fell to {d}.{d}% of deliveries after firmware was replaced.",
    "Break-even of a depot near {place} needs yearly revenue of ${m} million, dealers estimate.",
    "Data protection rules of {year} demand that field records of {people} stay in Canada.",
    "Certification of electrical parts cost importers ${n},000 for each family of {thing}.",
    "Capital expenditure for a regional warehouse was put at ${m} million by consultants.",
    "{People} named reliability the first purchasing criterion, before price, in {p}% of answers.",
    "The market for irrigation technology in {place} was valued at ${m} million in {year}.",
    "Analysts forecast a compound annual growth rate of {d}.{d}% until {next}, driven by drought.",
    "Patents of two American firms cover the control valves that {thing} depend on.",
    "Leasing firms financed {p}% of new pivots in {year}, when bank credit became dearer.",
    "A licensing agreement let a dealer in {place} assemble {n} pump sets a month.",
    "Hail and frost could reduce the spending of {people} by ${m} million in a bad season.",
    "Consultants advise entrants to begin with a pilot in {place} and review it after {d} months.",
    "Water rights in {place} are fully allocated, so growth must come from efficiency.",
    "Freight from the port of Vancouver adds {p}% to the landed cost of heavy equipment.",
    "Seasonality is strong: {p}% of orders in {place} are placed between January and April.",
    "Subsidies under the farm partnership reimbursed {p}% of eligible costs in {year}.",
    "Younger operators in {place} compare offers online, and {p}% of them switched brand once.",
)

# Sentences of reports say besides where their figure comes from or what it means.
TAILS = (
    ", according to a survey of {n} holdings", ", although {people} still hesitate",
    ", which dealers explain by the fact that {cause}", ", more than in any earlier season",
    ", the {publisher} found", ", and officials of {place} expect no change before {next}",
)  # fmt: skip


def documents() -> Iterator[tuple[str, bytes]]:
    """(name, content) of each, plain text of about 300 words."""
    for number in range(DOCUMENTS):
        yield f"source-{number + 1:02}.txt", _text(number).encode()


def _text(number: int) -> str:
    chance = random.Random(number)  # noqa: S311 - nothing secret about it
    publisher = PUBLISHERS[number]
    head = f"{publisher}: precision irrigation in Alberta\n\nPublished on March {number + 1}, 2024"
    forms = [FORMS[(number * 7 + at * 3) % len(FORMS)] for at in range(SENTENCES)]
    sentences = [_sentence(form, publisher, chance) for form in forms]
    parts = [" ".join(sentences[at : at + 6]) for at in range(0, SENTENCES, 6)]
    return "\n\n".join([head, *parts]) + "\n"


def _sentence(form: str, publisher: str, chance: random.Random) -> str:
    people = chance.choice(PEOPLE)
    return f"{form[:-1]}{chance.choice(TAILS)}.".format(
        publisher=publisher,
        thing=chance.choice(THINGS),
        people=people,
        People=people.capitalize(),
        place=chance.choice(PLACES),
        cause=chance.choice(CAUSES),
        p=chance.randint(3, 41),
        d=chance.randint(2, 9),
        m=chance.randint(12, 480),
        n=chance.randint(110, 989),
        year=chance.randint(2019, 2023),
        next=chance.randint(2025, 2029),
    )
