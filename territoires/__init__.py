"""Territoires follows the Cnam's "Au coeur des territoires" programme against its hundred."""

import gc

# What a program imports and loads lives on: to look for garbage as often as small programs do costs
# a fifth of a start.
gc.set_threshold(20_000, 20, 20)
