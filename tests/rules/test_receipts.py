"""Receipt codes and access keys, as properties over all of them."""

import hypothesis.strategies as st
from hypothesis import given

from portal.submissions import receipts

CODES = st.builds(receipts.new_code)
PLACES = st.integers(0, receipts.CODE_LENGTH - 1)
CHARACTERS = st.sampled_from(receipts.ALPHABET)


@given(CODES)
def test_a_code_is_spelled_in_two_groups_and_read_back(code: str) -> None:
    spelled = receipts.spelled(code)
    assert (len(spelled), spelled[4]) == (9, "-")
    assert receipts.parse_code(spelled) == code


@given(CODES, PLACES, CHARACTERS)
def test_the_check_character_catches_every_single_error(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    assert receipts.parse_code(changed) == (code if changed == code else None)


@given(CODES, st.integers(0, receipts.CODE_LENGTH - 2))
def test_the_check_character_catches_two_neighbors_exchanged(code: str, place: int) -> None:
    changed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert receipts.parse_code(changed) == (code if changed == code else None)


def misspelled(code: str, choices: list[int]) -> str:
    """Write a code as people do: small letters, O for 0, I or L for 1."""
    ways = {"0": "0Oo", "1": "1IiLl"}
    return "".join(
        (ways.get(character, character + character.lower()))[choice % len(ways.get(character, "ab"))]
        for character, choice in zip(code, choices, strict=True)
    )


@given(CODES, st.lists(st.integers(0, 4), min_size=8, max_size=8), st.sampled_from(["", "-", " ", " - "]))
def test_a_code_is_read_as_people_type_it(code: str, choices: list[int], between: str) -> None:
    typed = misspelled(code, choices)
    assert receipts.parse_code(f"  {typed[:4]}{between}{typed[4:]}\n") == code


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_codes_and_keys(typed: str) -> None:
    code = receipts.parse_code(typed)
    assert code is None or receipts.parse_code(receipts.spelled(code)) == code
    receipts.parse_key(typed)


@given(st.binary(min_size=32, max_size=32))
def test_an_access_key_is_sixteen_characters_read_back_as_typed(keyed_hash: bytes) -> None:
    key = receipts.access_key(keyed_hash)
    assert len(key) == receipts.KEY_LENGTH
    assert set(key) <= set(receipts.ALPHABET)
    assert receipts.parse_key(receipts.spelled(key).lower().replace("0", "o").replace("1", "l")) == key


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_two_hashes_give_two_keys(one: bytes, other: bytes) -> None:
    assert (receipts.access_key(one) == receipts.access_key(other)) == (one == other)


@given(CODES, st.binary(min_size=32, max_size=32))
def test_a_digest_names_the_pair_and_tells_neither(code: str, keyed_hash: bytes) -> None:
    key = receipts.access_key(keyed_hash)
    digest = receipts.digest(code, key)
    assert len(digest) == 32
    assert digest != receipts.digest(code, key[::-1] + "0")
    assert code.encode() not in digest
