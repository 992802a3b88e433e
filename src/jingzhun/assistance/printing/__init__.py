"""Papers of assistance, set by typst."""
