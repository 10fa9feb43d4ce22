"""Small groups are merged so that nobody can be singled out, not even by subtracting one figure from another."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from portal.reports.rules import REST, SMALLEST_GROUP, Group, merged

groups = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=2),
    st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: Group(sum(pair), pair[0])),
    max_size=8,
)


def test_large_groups_stay_as_they_are():
    found = {"en": Group(50, 40), "es": Group(60, 50)}

    assert merged(found) == found


def test_a_group_whose_members_are_all_public_stays_however_small():
    found = {"en": Group(50, 40), "es": Group(1, 1)}

    assert merged(found) == found


def test_a_small_group_takes_the_next_smallest_along_so_that_the_total_does_not_give_it_back():
    found = {"US": Group(100, 80), "MX": Group(90, 60), "SV": Group(3, 0), "GT": Group(20, 10)}

    assert merged(found) == {"US": Group(100, 80), "MX": Group(90, 60), REST: Group(23, 10)}


def test_two_small_groups_that_are_large_together_merge_alone():
    found = {"US": Group(100, 80), "SV": Group(3, 0), "HN": Group(4, 0)}

    assert merged(found) == {"US": Group(100, 80), REST: Group(7, 0)}


def test_where_no_merging_protects_only_the_total_is_left():
    assert merged({"en": Group(50, 50), "es": Group(30, 28)}) == {}
    assert merged({"threat": Group(2)}) == {}


@given(groups)
def test_what_is_shown_adds_up_or_is_not_shown(found):
    shown = merged(found)

    if shown:
        assert sum(shown.values(), Group(0)) == sum(found.values(), Group(0))


@given(groups)
def test_nothing_shown_tells_of_fewer_than_the_smallest_group(found):
    for group in merged(found).values():
        assert group.unseen == 0 or group.unseen >= SMALLEST_GROUP


@given(groups)
def test_subtracting_what_is_shown_from_the_total_brings_back_no_merged_group(found):
    shown = merged(found)
    total = sum(group.unseen for group in found.values())

    rest = total - sum(group.unseen for name, group in shown.items() if name != REST)

    hidden = [group.unseen for name, group in found.items() if name not in shown and group.unseen]
    if shown and hidden:
        assert rest >= SMALLEST_GROUP
        assert len(hidden) > 1


SAFE_SUMS = [sums for size in (2, 3) for sums in product(range(SMALLEST_GROUP, 16), repeat=size) if sum(sums) == 25]


def test_two_safe_tables_of_the_same_people_never_give_away_a_small_cell_between_them():
    for rows, columns in product(SAFE_SUMS, repeat=2):
        for row, column in product(rows, columns):
            least, most = max(0, row + column - sum(rows)), min(row, column)
            assert least != most or least == 0 or least >= SMALLEST_GROUP
