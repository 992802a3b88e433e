"""Every write of identification: one function, one decision, one transaction, entries in the journal."""
