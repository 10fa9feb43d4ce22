"""Benches: ratios against a floor of the same run, on the machine at hand. `make bench` runs them all."""
