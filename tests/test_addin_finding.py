"""Which customer a name means: certain, or named as candidates, never guessed."""

from __future__ import annotations

from collections.abc import Callable

from addin.finding import Found, Names
from partnerbook.model import Customer

MakeCustomer = Callable[..., Customer]


def test_a_name_of_one_customer_alone_means_that_one(make_customer: MakeCustomer) -> None:
    acme = make_customer(1, company_name="ＡＣＭＥ Asia", account_name="acme", xaccount_id="X-1")
    other = make_customer(2, company_name="Acme Asia Holdings", account_name="holdings")
    names = Names([acme, other])

    for words in ("acme asia", " ACME  ASIA ", "acme", "id-0001", "x-1"):
        assert names.find(words) == Found(sure=acme), words


def test_several_of_one_name_are_all_candidates(make_customer: MakeCustomer) -> None:
    twins = [make_customer(each, company_name="Acme") for each in (1, 2)]
    longer = make_customer(3, company_name="Acme Asia")

    assert Names([*twins, longer]).find("ACME") == Found(candidates=tuple(twins))


def test_a_part_of_a_name_is_no_certainty_even_of_one(make_customer: MakeCustomer) -> None:
    customers = [make_customer(1, company_name="Acme Asia"), make_customer(2, company_name="Blue")]

    found = Names(customers).find("acm")

    assert found.sure is None
    assert [each.customer_id for each in found.candidates] == ["id-0001"]


def test_nothing_and_nobody(make_customer: MakeCustomer) -> None:
    names = Names([make_customer(1)])

    for words in ("", "   ", "nobody of that name"):
        assert names.find(words) == Found()
