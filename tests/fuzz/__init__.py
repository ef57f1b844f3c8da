"""Random damage, random filters and random keys: see `tests.fuzz.__main__` for long runs."""
