"""The machine interface: what programs of departments may do, by the same actions as the screens."""
