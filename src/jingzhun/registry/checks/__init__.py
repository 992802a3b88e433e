"""Quality checks of the register: each a row of data and a set operation."""
