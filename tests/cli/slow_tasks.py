"""A task that never ends at its first attempts, and tells a file of each."""

import time
from pathlib import Path

from procrastinate.contrib.django import app


@app.task(name="slow")
def slow(log: str, endless: int) -> None:
    """Note one attempt in the file; hang in the first `endless` of them."""
    path = Path(log)
    with path.open("a") as file:
        file.write("begun\n")
    while path.read_text().count("begun") <= endless:
        time.sleep(0.05)
    with path.open("a") as file:
        file.write("done\n")
