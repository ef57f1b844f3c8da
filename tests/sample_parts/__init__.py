"""What `tests.make_samples` puts into files: the story, records of other types, damage, and the ways to write rows."""
