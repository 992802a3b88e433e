"""From the autumn of 2014 to the spring of 2015: who helps whom, with which policy, by which plan."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from jingzhun.areas.models import Area
from jingzhun.demo.assess import inspections, scores
from jingzhun.demo.manage import play_management
from jingzhun.demo.story.cast import assemble

from . import homes, papers, people

JUDGED = date(2015, 4, 30)  # until when the work of 2014 is judged
Progress = Callable[[str, int, int], None]


def play_help(
    code: str,
    villages: Sequence[str],
    folder: Path,
    seed: int,
    progress: Progress = lambda *_: None,
    share: float = 1.0,
) -> int:
    """Play it to its end; number of households helped. The round of 2014 must be over.

    `share`: of the county's cadres, for a part of the county.
    """
    county = Area.objects.get(pk=code)
    cast = assemble(code, list(villages))
    progress("gathering helpers", 0, 1)
    listed = people.gather(county, villages, folder, seed, cast.county, share)
    documents = papers.file_documents(county, cast.county)
    papers.adopt_the_plan(county, documents, cast.county)
    teams = people.send(county, listed, cast.county)
    people.give(county, listed, seed, cast.county)
    progress("pairing helpers and households", 0, 1)
    people.pair(county, cast.county)
    people.join_login(county, cast.county)
    people.post(county, teams, cast.county)
    homes.policies(county, cast.county)
    homes.lists_of_departments(county, seed, cast.county)
    helped = homes.play_homes(county, cast, seed, lambda done, of: progress("helping households", done, of))
    play_management(county, cast, seed, lambda done, of: progress("building", done, of), share)
    inspections.build(county, cast, seed, lambda done, of: progress("inspecting", done, of))
    scores.build(county, cast, seed, JUDGED, lambda done, of: progress("judging", done, of))
    return helped
