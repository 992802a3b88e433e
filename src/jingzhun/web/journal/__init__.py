"""The journal for auditors and county officers: entries, one entry with its proof, roots and verification."""
