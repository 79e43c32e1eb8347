"""Discounts and prices, to the hundredth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.ledger.money import FULL, Priced, cost, discount_of, half_up, shares, told

lines = st.lists(st.builds(Priced, st.integers(0, 10**9), st.integers(1, 500)), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("total", "listed", "right"),
    [
        (85_000, 100_000, 850),
        (100_000, 100_000, 1000),
        (2_004, 3_000, 668),
        (12_345, 100_000, 123),
        (12_350, 100_000, 124),
        (12_349, 100_000, 123),
        (1, 200_000, 0),
        (100, 200_000, 1),
        (0, 100, 0),
        (0, 0, 1000),
    ],
)
def test_a_discount_is_ten_times_the_total_over_the_list_half_up_to_two_decimals(total, listed, right):
    assert discount_of(total, [Priced(listed, 1)]) == right


def test_the_list_is_summed_over_all_lines_before_the_discount_is_taken():
    assert discount_of(900, [Priced(100, 5), Priced(250, 2)]) == 900


@pytest.mark.parametrize(
    ("price", "count", "discount", "paid"),
    [(1, 1, 500, 1), (1, 1, 499, 0), (999, 1, 855, 854), (10_001, 3, 855, 25_653), (19_900, 10, 850, 169_150), (3, 5, 333, 5)],
)
def test_a_grant_costs_list_times_discount_half_up_to_the_minor_unit_by_line(price, count, discount, paid):
    assert cost(Priced(price, count), discount) == paid


@given(st.integers(0, 10**12), lines)
def test_a_contract_s_total_is_spread_over_its_lines_without_losing_a_cent(total, priced):
    spread = shares(total, priced)

    assert sum(spread) == (total if any(line.total for line in priced) else 0)
    assert all(part >= 0 for part in spread)


def test_what_is_left_over_goes_to_the_largest_remainders_first_come_first():
    assert shares(100, [Priced(1, 1), Priced(1, 1), Priced(1, 1)]) == (34, 33, 33)
    assert shares(100, [Priced(1, 1), Priced(5, 1)]) == (17, 83)


@given(st.integers(0, 10**12), st.integers(1, 10**6))
def test_halves_go_up_and_nothing_is_further_off_than_half(numerator, denominator):
    whole = half_up(numerator, denominator)

    assert -denominator <= 2 * (numerator - whole * denominator) < denominator


@given(st.integers(0, 10**9))
def test_a_full_price_is_the_list_price(price):
    assert cost(Priced(price, 1), FULL) == price


@pytest.mark.parametrize(("minor", "words"), [(0, "0.00"), (5, "0.05"), (1234, "12.34"), (-250, "-2.50")])
def test_minor_units_are_told_with_two_decimals(minor, words):
    assert told(minor) == words
