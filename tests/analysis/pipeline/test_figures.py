from analysis.pipeline.figures import asked, name_of, own_label


def test_names_of_one_thing_are_alike() -> None:
    alike = ["Total net sales", "Net sales", "net sales, total"]

    assert {name_of(label) for label in alike} == {"net sales"}
    assert name_of("Net sales by category: iPhone") == name_of("iPhone net sales")


def test_names_of_two_things_are_not() -> None:
    names = ["Net sales: Products", "Cost of sales: Products", "Net income", "Operating income"]

    assert len({name_of(label) for label in names}) == 4


def test_a_label_need_not_repeat_whose_document_it_is() -> None:
    assert own_label("Apple's total net sales", "apple") == "Total net sales"
    assert own_label("Revenue of Northwind Foods (change)", "northwind foods") == "Revenue (change)"


def test_what_is_another_ones_stays_so() -> None:
    assert own_label("Microsoft's revenue", "apple") == "Microsoft's revenue"
    assert own_label("Net sales", "") == "Net sales"


def test_a_name_answers_a_query_by_the_share_of_its_words() -> None:
    wanted = [frozenset({"net", "sale", "margin"})]

    assert asked("Net sales", wanted) > asked("Gross margin", wanted) > asked("Inventories", wanted)
    assert asked("123", wanted) == 0
