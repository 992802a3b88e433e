"""The board: what is late, idle or at risk today, and the office's reports of a month, a quarter, a year."""
