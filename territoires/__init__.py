"""Territoires follows the Cnam's "Au coeur des territoires" programme against its hundred."""
