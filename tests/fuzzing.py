"""How long a fuzz goes on: a moment within the tests, at full length by `make fuzz`.

A fifth of a moment by `make check`, which is for daily work.

    @settings(max_examples=at_length(200))
    @given(st.binary())
    def test_any_bytes_are_read_or_refused(data): ...

    @pytest.mark.fuzz  # where Hypothesis has no part; it marks its own
    @pytest.mark.parametrize("seed", range(at_length(40)))
    def test_a_damaged_file_is_read_or_refused(seed): ...

What is said is how many would take a second or so; the tests, which all wait for, try a quarter.
"""

from hypothesis import settings

# Profiles of Hypothesis; `make check` asks for the first, `make fuzz` for the last.
DAILY, SHORT, FULL_LENGTH = "daily", "territoires", "fuzz"
TIMES = {DAILY: 0.05, SHORT: 0.25, FULL_LENGTH: 50}
USUAL = 100

# Two workers and a browser may share two cores: slowness is no failure.
for profile, times in TIMES.items():
    settings.register_profile(
        profile, deadline=None, print_blob=True, max_examples=int(times * USUAL)
    )


def at_length(usual: int) -> int:
    """Say how many are tried: a quarter within the tests, fifty times as many by `make fuzz`."""
    return max(1, int(usual * TIMES[settings.get_current_profile_name()]))
