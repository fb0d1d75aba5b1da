# SPDX-License-Identifier: EUPL-1.2
"""XES and OCEL as pm4py reads them: as much as lepre says it wrote, again the same once pm4py has written it, and nobody's name."""

import json
import random
import sqlite3
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import pm4py
from lxml import etree
from pm4py.objects.ocel.validation import ocel20_rel_validation

from lepre_cases import SECRETS, history, lepre, rulebook, seed

warnings.filterwarnings("ignore")


def told(folder, *words):
    return json.loads(lepre(folder, "--format", "json", "export", *words, "--chiave-pseudonimi", "chiave"))


def said(frame, name="concept:name", at="time:timestamp"):
    return Counter(zip(frame[name], (moment.timestamp() for moment in frame[at])))


def check_xes(folder):
    counts = told(folder, "xes", "log.xes")
    log = pm4py.read_xes(str(folder / "log.xes"))
    assert log["case:concept:name"].nunique() == counts["pratiche"], counts
    assert len(log) == counts["eventi"], counts
    pm4py.write_xes(log, str(folder / "again.xes"))
    again = pm4py.read_xes(str(folder / "again.xes"))
    assert again["case:concept:name"].nunique() == counts["pratiche"] and len(again) == len(log)
    assert said(again) == said(log)
    # Days in order, and after the night of 30 March an hour nearer to UTC.
    root = etree.parse(str(folder / "log.xes")).getroot()
    space = "{http://www.xes-standard.org/}"
    for trace in root.iter(f"{space}trace"):
        days = [date.get("value")[:10] for date in trace.findall(f"{space}event/{space}date")]
        assert days == sorted(days), days
    for date in root.iter(f"{space}date"):
        value = date.get("value")
        if date.getparent().tag != f"{space}global":
            summer = value[:16] >= "2025-03-30T03:00"
            assert value.endswith("+02:00" if summer else "+01:00"), value
    return counts


def check_ocel(folder, file, form, reader, writer):
    counts = told(folder, "ocel", file, "--forma", form)
    log = reader(str(folder / file))
    ties = (len(log.events), len(log.objects), len(log.relations), len(log.o2o))
    assert ties == tuple(counts[k] for k in ("eventi", "oggetti", "legami_evento", "legami_oggetto")), (ties, counts)
    writer(log, str(folder / f"again-{file}"))
    again = reader(str(folder / f"again-{file}"))
    assert (len(again.events), len(again.objects), len(again.relations), len(again.o2o)) == ties
    name, at = "ocel:activity", "ocel:timestamp"
    assert said(again.events, name, at) == said(log.events, name, at)
    return counts, said(log.events, name, at)


def check_secrets(folder, *files):
    for file in files:
        held = (folder / file).read_bytes()
        for secret in SECRETS:
            assert secret.encode() not in held, f"`{secret}` in {file}"


def main():
    draw = random.Random(seed())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "chiave").write_bytes(draw.randbytes(32))
        cases = []
        for level in "CE":
            voices = rulebook(folder, level)["voci"]
            cases += [history(len(cases) + n, level, voices, draw) for n in range(60)]
        (folder / "cases.jsonl").write_text("".join(json.dumps(c, ensure_ascii=False) + "\n" for c in cases))
        lepre(folder, "import", "cases.jsonl", "--esiti", "outcomes.jsonl", ok=(0, 1))
        xes = check_xes(folder)
        one, events = check_ocel(folder, "log.json", "json", pm4py.read_ocel2_json, pm4py.write_ocel2_json)
        two, same = check_ocel(folder, "log.sqlite", "sqlite", pm4py.read_ocel2_sqlite, pm4py.write_ocel2_sqlite)
        assert {k: v for k, v in one.items() if k != "file"} == {k: v for k, v in two.items() if k != "file"}
        assert events == same and xes["eventi"] == one["eventi"] and xes["pratiche"] == len(cases)
        satisfied, unsatisfied = ocel20_rel_validation.apply(str(folder / "log.sqlite"))
        assert not unsatisfied, unsatisfied
        assert sqlite3.connect(folder / "log.sqlite").execute("PRAGMA foreign_key_check").fetchall() == []
        check_secrets(folder, "log.xes", "log.json", "log.sqlite")
        print(f"{xes['pratiche']} traces, {xes['eventi']} events, {one['oggetti']} objects: read, written and read again")


main()
