"""How long a fuzz goes on: a moment within the tests, at full length by `make fuzz`.

    @settings(max_examples=at_length(200))
    @given(st.binary())
    def test_any_bytes_are_read_or_refused(data): ...

    @pytest.mark.fuzz  # where Hypothesis has no part; it marks its own
    @pytest.mark.parametrize("seed", range(at_length(40)))
    def test_a_damaged_file_is_read_or_refused(seed): ...

What is said is how many are tried within the tests: few enough to take a second.
"""

from hypothesis import settings

# Profiles of Hypothesis; `make fuzz` asks for the second.
SHORT, FULL_LENGTH = "territoires", "fuzz"
TIMES = 50
USUAL = 100

# Two workers and a browser may share two cores: slowness is no failure.
settings.register_profile(SHORT, deadline=None, print_blob=True, max_examples=USUAL)
settings.register_profile(FULL_LENGTH, deadline=None, print_blob=True, max_examples=TIMES * USUAL)


def at_length(usual: int) -> int:
    """Say how many are tried: so many within the tests, fifty times more by `make fuzz`."""
    return usual * TIMES if settings.get_current_profile_name() == FULL_LENGTH else usual
