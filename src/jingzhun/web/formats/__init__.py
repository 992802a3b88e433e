"""How numbers and dates are written: thousands are grouped in threes in both languages, dates are ISO dates."""
