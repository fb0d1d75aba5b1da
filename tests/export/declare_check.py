# SPDX-License-Identifier: EUPL-1.2
"""The order and the completeness that lepre finds, and those that a DECLARE model of the same rulebook finds: no difference.

The fragment on which the two mean the same:
- `dopo` and `da` of an item are precedence(before, item); an item that the decree calls `dovuta`, once, is existence(item), and so
  is what such an output rests on. Conditions on facts, items owed more than once, terms and registrations stay outside.
- What counts is a completion: `terminata` of an activity, an output, an outcome; not voided; not recorded while the case is closed.
- DECLARE looks at positions, lepre at days: what was done on one day was done in good order, whichever was recorded first. So the
  completions of one day are laid in the order of the rulebook's own prerequisites. Between days nothing is moved.
- Existence is compared for cases that are closed as `conclusa` only: of the others lepre does not say that something is missing yet.
"""

import hashlib
import hmac
import json
import random
import tempfile
import uuid
import warnings
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import pandas as pd
import pm4py

from lepre_cases import history, lepre, rulebook, seed

warnings.filterwarnings("ignore")
CASES = 300


def model_of(items):
    """The DECLARE model, and the rank of each item among its prerequisites."""
    full = {"support": 1, "confidence": 1}
    before = {item["id"]: set(item.get("dopo", [])) | set(item.get("da", [])) for item in items}
    surely = {item["id"] for item in items if item["obbligo"] == "dovuta"}
    surely |= {name for item in items if item["id"] in surely for name in item.get("da", [])}
    # Of these lepre's answer depends on a fact, or on a number: outside the fragment.
    once = {item["id"] for item in items if item.get("volte", 1) == 1}
    model = {
        "precedence": {(first, then): full for then, firsts in before.items() for first in sorted(firsts)},
        "existence": {name: full for name in sorted(surely & once)},
    }
    unsure = {item["id"] for item in items if isinstance(item["obbligo"], dict)}
    unsure |= {name for item in items if item["id"] in unsure for name in item.get("da", [])}
    outside = (unsure | {item["id"] for item in items} - once) - (surely & once)
    return model, {name: rank for rank, name in enumerate(TopologicalSorter(before).static_order())}, outside


def completions(trace):
    """What counts, by day; and whether the case is closed as concluded."""
    kept, closed = [], None
    for event in trace.sort_values("sequenza").to_dict("records"):
        if event["tipo"] == "chiusa" and closed is None:
            closed = event["modo"]
        elif event["tipo"] == "riaperta":
            closed = None
        elif closed is None and (
            event["tipo"] in ("output", "outcome") or (event["tipo"] == "attivita" and event["evento_sap"] == "terminata")
        ):
            kept.append(event)
    return kept, closed == "conclusa"


def laid_out(log, rank):
    rows, concluded, ties = [], {}, 0
    for case, trace in log.groupby("case:concept:name"):
        kept, concluded[case] = completions(trace)
        day = lambda event: event["time:timestamp"].tz_convert("Europe/Rome").date()
        raw = sorted(kept, key=lambda e: (day(e), e["sequenza"]))
        kept.sort(key=lambda e: (day(e), rank[e["concept:name"]], e["sequenza"]))
        ties += raw != kept
        start = pd.Timestamp("2025-01-01", tz="UTC")
        # An opening for every trace, so that one with no completion is looked at too.
        rows.append({"case:concept:name": case, "concept:name": "(apertura)", "time:timestamp": start})
        rows += [
            {"case:concept:name": case, "concept:name": e["concept:name"], "time:timestamp": start + pd.Timedelta(minutes=n)}
            for n, e in enumerate(kept, 1)
        ]
    return pd.DataFrame(rows), concluded, ties


def found(folder, pseudonym):
    """How many findings of each kind lepre has for each case."""
    report = json.loads(lepre(folder, "--format", "json", "verify", "--tutti", ok=(0, 1)))
    assert not report["non_controllate"], report["non_controllate"]
    counted = {"ordine": Counter(), "manca": Counter(), "words": {}}
    for group in report["gruppi"]:
        for finding in group["rilievi"]:
            case = pseudonym(finding["pratica"])
            if group["tipo"] in ("ordine", "mancante"):
                kind = "ordine" if group["tipo"] == "ordine" else "manca"
                counted[kind][case] += 1
                counted["words"].setdefault((kind, case), []).append(finding["messaggio"])
    return counted


def main():
    draw = random.Random(seed())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        key = draw.randbytes(32)
        (folder / "chiave").write_bytes(key)
        pseudonym = lambda case: hmac.new(key, b"pratica\0" + uuid.UUID(case).bytes, hashlib.sha256).hexdigest()[:32]
        levels, cases = {}, []
        for level in ("C", "E", "D"):
            levels[level] = rulebook(folder, level)["voci"]
            cases += [history(len(cases) + n, level, levels[level], draw) for n in range(CASES // 3)]
        (folder / "cases.jsonl").write_text("".join(json.dumps(c, ensure_ascii=False) + "\n" for c in cases))
        lepre(folder, "import", "cases.jsonl", "--esiti", "outcomes.jsonl", ok=(0, 1))
        counted = found(folder, pseudonym)
        seen, orders, missing, ties, differences = 0, 0, 0, 0, []
        for level, items in levels.items():
            lepre(folder, "export", "xes", f"{level}.xes", "--lep", level, "--chiave-pseudonimi", "chiave")
            model, rank, outside = model_of(items)
            log, concluded, tied = laid_out(pm4py.read_xes(str(folder / f"{level}.xes")), rank)
            ties += tied
            verdicts = pm4py.conformance_declare(log, model, return_diagnostics_dataframe=False)
            for case, verdict in zip(log["case:concept:name"].unique(), verdicts, strict=True):
                seen += 1
                late = {pair[1] for kind, pair in verdict["deviations"] if kind == "precedence"}
                absent = {item for kind, item in verdict["deviations"] if kind == "existence"}
                orders += len(late)
                if len(late) != counted["ordine"][case]:
                    differences.append((level, case, "ordine", sorted(late), counted["words"].get(("ordine", case))))
                if concluded[case]:
                    missing += len(absent)
                    # What only a fact could decide is outside the fragment; no fact is given, so lepre holds it not known.
                    if len(absent) != counted["manca"][case]:
                        differences.append((level, case, "manca", sorted(absent), counted["words"].get(("manca", case))))
            if outside:
                print(f"level {level}: outside the fragment of existence: {', '.join(sorted(outside))}")
        assert seen == len(cases) >= 200, seen
        assert orders and missing and ties, "the histories drawn try nothing"
        assert not differences, f"{len(differences)} differences, the first: {differences[0]}"
        print(f"{seen} cases: {orders} out of order, {missing} missing, {ties} with acts of one day laid out; 0 differences")


main()
