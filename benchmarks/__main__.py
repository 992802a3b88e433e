"""Run the benchmarks and print their ratios: `python -m benchmarks [name …] [--json]`."""

import json
import pkgutil
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from rich.console import Console
from rich.table import Table

import benchmarks
from benchmarks.harness import measure


def names() -> list[str]:
    """Modules that have a `run`, in order of their names."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name[0] != "_")
    return [name for name in found if name != "harness"]


def main() -> None:
    as_json, chosen = "--json" in sys.argv, [word for word in sys.argv[1:] if word != "--json"]
    console, results = Console(stderr=as_json), {}
    for name in chosen or names():
        console.print(f"[dim]{name} …[/]")
        # A new process for each: memory peaks and caches of one do not colour the next.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            results[name] = pool.submit(measure, name).result()
    if as_json:
        print(json.dumps({name: [vars(result) | {"met": result.met} for result in of] for name, of in results.items()}))
        return
    table = Table("benchmark", "claim", "measured", "goal", "", "detail")
    for name, of in results.items():
        for result in of:
            goal = "" if result.goal is None else f"{'≤' if result.at_most else '≥'} {result.goal:g} {result.unit}"
            mark = {None: "", True: "[green]met[/]", False: "[red]missed[/]"}[result.met]
            table.add_row(name, result.claim, f"{result.value:.1f} {result.unit}", goal, mark, result.detail)
    console.print(table)


if __name__ == "__main__":
    main()
