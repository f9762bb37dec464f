# The host tests: what "make check" runs.
