"""How a plan of pairing stands after changes by hand: whom it leaves without a helper, whose quota is not met."""

from collections import Counter

from django.db.models import Count

from jingzhun.assistance.models import PairingPlan
from jingzhun.assistance.rules.pairing import Gap, Load, Reason, Standing, gaps
from jingzhun.people.models import Cadre

from .comparison import by_rank
from .effects import day_of, terms_of


def standing(plan: PairingPlan) -> tuple[list[Gap], int]:
    """What a plan leaves open now, and how many helpers are under their quota; three queries."""
    terms = terms_of(plan)
    pairs = plan.pairs.order_by()
    without = Counter(pairs.filter(cadre=None).values_list("household__village_code", flat=True))
    loads = dict(pairs.exclude(cadre=None).values_list("cadre").annotate(number=Count("pk")))
    serving = Cadre.objects.serving(day_of(plan)).filter(county=plan.county_id).order_by("number")
    helpers = [
        (rank, unit, Load(loads.get(pk, 0), *terms.loads(rank, capacity)))
        for pk, rank, unit, capacity in serving.values_list("pk", "rank", "organisation__name", "capacity")
    ]
    beyond = {gap["area"] for gap in plan.outcome["unmet"] if gap["reason"] == Reason.OUT_OF_REACH}
    found = Standing(
        households=sum(without.values()) + sum(loads.values()),
        helpers=len(helpers),
        capacity=sum(load.most for _rank, _unit, load in helpers),
        without=without,
        reachable={code: code not in beyond for code in without},
        ranks=by_rank((rank, unit, load.least, load.short) for rank, unit, load in helpers),
    )
    return gaps(found), sum(load.short > 0 for _rank, _unit, load in helpers)
