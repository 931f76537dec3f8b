"""What a run found, in sentences, the bad news first."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from westshift.experiments.figures.week_choice import PREFERRED
from westshift.experiments.policy_table import BOUND, number
from westshift.models.measures import Measures

Words = dict[str, str]
ROUNDING_PCT = 0.005
"""Less is not called a difference: it would be shown as 0.00 %."""
ANCHORS = (BOUND, "cost-only", "carbon-only", "latency-only")
"""Bounds and ends of the front: nobody can follow them."""
CLAIMS = ("location", "official", "marginal")


class Sentence(NamedTuple):
    """tone: bad, good or plain."""

    tone: str
    text: str


def sentences(
    measures: dict[str, Measures], baseline: str, routes: pd.DataFrame, words: Words
) -> list[Sentence]:
    """Ledgers that disagree, what emits more, what was given up; then what was gained.

    Args:
        measures: by policy. baseline: its name. routes: routes.csv. words: of the page's language.
    """
    others = {name: m for name, m in measures.items() if name != baseline}
    given_up = _given_up(measures, words)
    if not others:
        return [Sentence("plain", words["found_nothing"]), *given_up]
    bad = [s for name, m in others.items() for s in _emits_more(name, m, words)]
    bad += [s for name, m in others.items() for s in _disagrees(name, m, words)]
    good = [] if bad else [Sentence("plain", words["no_bad"])]
    chosen = preferred(list(others))
    return [
        *bad,
        *_bad_routes(chosen, routes, words),
        *given_up,
        *good,
        *_best(others, baseline, words),
    ]


def preferred(names: list[str]) -> str:
    """The policy that is shown first: as in the figure of a week."""
    return next(n for n in (*PREFERRED, *names) if n in names)


def _emits_more(name: str, m: Measures, words: Words) -> list[Sentence]:
    if m.avoided_system_pct > -ROUNDING_PCT:
        return []
    kt, pct = plain(-m.avoided_system_t / 1e3, 1), plain(-m.avoided_system_pct, 2)
    return [Sentence("bad", words["emits_more"].format(policy=name, kt=kt, pct=pct))]


def _disagrees(name: str, m: Measures, words: Words) -> list[Sentence]:
    out = []
    for claim in CLAIMS:
        claimed, true = getattr(m, f"avoided_{claim}_pct"), m.avoided_system_pct
        if claimed * true < 0 and min(abs(claimed), abs(true)) >= ROUNDING_PCT:
            key = "claims_less" if claimed > 0 else "claims_more"
            said = {"claimed": plain(claimed, 2), "true": plain(true, 2)}
            text = words[key].format(policy=name, ledger=words[f"ledger_{claim}"], **said)
            out.append(Sentence("bad", text))
    return out


def _given_up(measures: dict[str, Measures], words: Words) -> list[Sentence]:
    """Work given up and demand not met, one sentence each; bad news where it would show in two digits."""
    out = []
    for field, key in (("unserved", "unserved"), ("shed", "shed_found")):
        lost = {n: getattr(m, f"{field}_mwh") for n, m in measures.items()}
        told = [f"{n} {plain(mwh, 1)} MWh" for n, mwh in lost.items() if mwh >= 0.05]
        if not told:
            continue
        most = max(m.unserved_pct for m in measures.values())
        text = words[key].format(
            list=", ".join(told), pct=f"{most:.2g}" if most >= 1e-3 else "0.001"
        )
        out.append(Sentence("bad" if key != "unserved" or most >= ROUNDING_PCT else "plain", text))
    return out


def _bad_routes(name: str, routes: pd.DataFrame, words: Words) -> list[Sentence]:
    own = routes[routes["policy"] == name] if len(routes) else routes
    bad = own[own["avoided_t"] < -0.5] if len(own) else own
    if not len(bad):
        return []
    worst = bad.loc[bad["avoided_t"].idxmin()]
    route = f"{worst['origin']} → {worst['site']} ({plain(-worst['avoided_t'] / 1e3, 1)} kt)"
    said = {"bad": len(bad), "n": len(own), "kt": plain(-bad["avoided_t"].sum() / 1e3, 1)}
    return [Sentence("bad", words["bad_routes"].format(policy=name, route=route, **said))]


def _best(others: dict[str, Measures], baseline: str, words: Words) -> list[Sentence]:
    real = {n: m for n, m in others.items() if n not in ANCHORS} or others
    name = max(real, key=lambda n: real[n].avoided_system_t)
    m = real[name]
    if m.avoided_system_pct < ROUNDING_PCT:
        return [Sentence("plain", words["none_better"])]
    said = {
        "kt": plain(m.avoided_system_t / 1e3, 1),
        "pct": plain(m.avoided_system_pct, 2),
        "rtt": plain(m.added_rtt_mean_ms, 1),
        "delay": plain(m.delay_mean_h, 1),
        "money": plain((m.energy_cost_cny + m.transfer_cost_cny) / 1e6, 1),
    }
    out = [Sentence("good", words["best"].format(policy=name, baseline=baseline, **said))]
    if BOUND in others and name != BOUND and others[BOUND].avoided_system_t > 0:
        most = others[BOUND]
        share = plain(100.0 * m.avoided_system_t / most.avoided_system_t, 0)
        pct = plain(most.avoided_system_pct, 2)
        out.append(Sentence("plain", words["bound"].format(pct=pct, policy=name, share=share)))
    return out


def plain(value: float, digits: int) -> str:
    """A number as one prints it, with a minus sign that is one."""
    return number(value, digits).replace("-", "−")
