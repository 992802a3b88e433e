"""The picture of money from its sources to towns and to what it paid for, with the same numbers as a table."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from jingzhun.policy.charts import Chart

from .kinds import label
from .models import Source
from .queries.money import Flow

HEIGHT, PER_NODE = 160, 34


def flow_chart(flows: Sequence[Flow]) -> Chart | None:
    """Sources by level, then towns, then kinds of projects; None where no money has come yet."""
    if not flows:
        return None
    named = [(_name(flow.giver), _name(flow.taker), flow.yuan) for flow in flows]
    nodes = list(dict.fromkeys(name for giver, taker, _yuan in named for name in (giver, taker)))
    option = {
        "tooltip": {"trigger": "item"},
        "series": [{
            "type": "sankey", "left": 8, "right": 140, "top": 8, "bottom": 8, "nodeGap": 10, "draggable": False,
            "emphasis": {"focus": "adjacency"}, "lineStyle": {"color": "gradient", "opacity": 0.35},
            "data": [{"name": name} for name in nodes],
            "links": [{"source": giver, "target": taker, "value": float(yuan)} for giver, taker, yuan in named],
        }],
    }  # fmt: skip
    rows = [[giver, taker, f"{yuan:,.2f}"] for giver, taker, yuan in named]
    return Chart(option, [_("From"), _("To"), _("Yuan")], rows, HEIGHT + PER_NODE * len(nodes) // 2)


def _name(node: str) -> str:
    kind, _colon, value = node.partition(":")
    if kind == "level":
        return str(dict(Source.LEVELS).get(value, value))
    if kind == "kind":
        return _("paid: %(kind)s") % {"kind": label(value)}
    return {"idle": _("not allocated"), "left": _("lies at projects")}.get(kind, value)
