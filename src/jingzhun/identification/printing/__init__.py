"""Papers of identification, set by typst."""
