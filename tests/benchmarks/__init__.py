"""Benchmarks: not collected by pytest, run by hand."""
