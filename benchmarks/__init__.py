"""Claims of speed, each measured in one run against what a user would otherwise pick.

`make bench` runs every module of this folder that has a function `run() -> Iterable[Result]`, each in a process and a
scratch database of its own, and prints the ratios. `python -m benchmarks areas pages` runs some of them.
"""
