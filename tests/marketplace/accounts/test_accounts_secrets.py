import re

from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts import recognition, secrets

LETTERS = secrets.ALPHABET


def test_a_fresh_token_has_the_form_and_no_two_are_alike():
    tokens = {secrets.fresh_token() for _ in range(200)}

    assert len(tokens) == 200
    assert all(re.fullmatch(r"cf_[0-9A-Za-z]{36}", token) and secrets.is_token(token) for token in tokens)


@given(st.integers(3, 38), st.sampled_from(LETTERS))
def test_a_token_with_one_wrong_character_is_no_token(place, letter):
    token = secrets.fresh_token()
    wrong = token[:place] + letter + token[place + 1 :]

    assert secrets.is_token(wrong) == (wrong == token)


@given(st.one_of(st.none(), st.integers(), st.text(), st.text(LETTERS, min_size=36, max_size=36).map("cf_".__add__)))
def test_a2_a_malformed_token_is_refused_without_asking_the_database(text):
    # Neither an application nor a database is there: asking one would raise.
    assert recognition.by_token(text) is None


@given(st.one_of(st.none(), st.integers(), st.text(max_size=42), st.text(min_size=44)))
def test_a_malformed_session_secret_is_refused_without_asking_the_database(text):
    assert recognition.by_session(text, organisation_id=None) is None


def test_a_trailing_newline_is_part_of_no_secret():
    assert not secrets.is_token(secrets.fresh_token() + "\n")
    assert not secrets.is_code(secrets.fresh_code() + "\n")


def test_a2_the_hash_is_not_the_secret():
    assert secrets.digest("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"  # FIPS 180-4
