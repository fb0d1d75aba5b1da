# SPDX-License-Identifier: EUPL-1.2
"""Reads a section 6 file as its receiver would, and applies the rules of the standard, written anew from their text.

    python3 tests/export/sezione6.py FILE [records expected]
Prints every fault; ends with 1 if there is any.
"""

import re
import sys
import xml.etree.ElementTree as tree
from datetime import date

SYSTEMS = {f"{n:02}" for n in range(22)} | {"31", "32"}
FIELDS = [
    "tipo_attivita", "titolo_denominazione", "data_proposta", "data", "data_fine", "durata", "tipologia_durata",
    "descrizione", "titolo_progetto", "codice_ente_promotore", "indice_profiling", "identificativo_politica",
    "identificativo_presa_in_carico", "ultimo_evento",
]
EMPLOYER = {"D01", "E01", "E02", "E03", "H01", "H02", "H03"}
AT_PROPOSAL, AT_START = {"01"}, {"02"}
AT_END = {"05", "07", "08", "09", "10", "12", "14", "15"}
FREE = {"03", "04", "06", "11", "13"}
# The tax code's values in odd positions, of 0-9 and A-Z (D.M. 23 December 1976).
ODD_DIGITS = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21]
ODD_LETTERS = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]


def letter(text):
    total = 0
    for position, character in enumerate(text, 1):
        value = int(character) if character.isdigit() else ord(character) - ord("A")
        if position % 2:
            value = (ODD_DIGITS if character.isdigit() else ODD_LETTERS)[value]
        total += value
    return chr(ord("A") + total % 26)


assert letter("H501X000004" + "A02" + "20170101") == "B", "the documented example"


def day(text):
    return date.fromisoformat(text) if text else None


def faults_of(record, system):
    names = [child.tag for child in record]
    for name in names:
        if name not in FIELDS:
            yield f"unknown element {name}"
    if len(names) != len(set(names)):
        yield "an element is there twice"
    value = {name: record.findtext(name) for name in FIELDS}
    kind = value["tipo_attivita"] or ""
    if not re.fullmatch(r"[A-Z0-9]{3}", kind):
        yield f"tipo_attivita {kind!r}"
    proposed, begun, ended = (day(value[name]) for name in ("data_proposta", "data", "data_fine"))
    if proposed is None:
        yield "no data_proposta"
        return
    dated, evented = proposed >= date(2015, 12, 9), proposed >= date(2017, 12, 4)
    if begun is None and (dated or ended):
        yield "no data"
    if ended is None and begun and (kind[0] in "CDE" or dated):
        yield "no data_fine"
    known = [d for d in (proposed, begun, ended) if d]
    if known != sorted(known):
        yield "dates out of order"
    if (value["durata"] is None) != (value["tipologia_durata"] is None):
        yield "durata and its unit go together"
    if value["durata"] is not None and int(value["durata"]) <= 0:
        yield "durata is not positive"
    if kind[0] == "C" and not value["titolo_denominazione"]:
        yield "no titolo_denominazione"
    if kind in EMPLOYER and not re.fullmatch(r"[0-9]{11}|[A-Z0-9]{16}", value["descrizione"] or ""):
        yield "descrizione is not an employer's code"
    if kind == "C06" and not value["descrizione"]:
        yield "no descrizione"
    if dated and value["titolo_progetto"] != "01":
        yield f"titolo_progetto {value['titolo_progetto']}"
    promoter = value["codice_ente_promotore"] or ""
    if not re.fullmatch(r"[A-Z0-9]{11}", promoter):
        yield f"codice_ente_promotore {promoter!r}"
    name = value["identificativo_politica"]
    if name is None:
        if evented:
            yield "no identificativo_politica"
    elif not re.fullmatch(r"[0-9]{2}[0-9A-F]{8}[A-Z]", name) or name[:2] != system:
        yield f"identificativo_politica {name}"
    elif name[-1] != letter(promoter + kind + proposed.strftime("%Y%m%d")):
        yield f"identificativo_politica {name}: wrong letter"
    last = record.find("ultimo_evento")
    if last is None:
        if evented:
            yield "no ultimo_evento"
        return
    code, on = last.findtext("evento"), day(last.findtext("data_evento"))
    if code in AT_PROPOSAL:
        wanted = proposed
    elif code in AT_START:
        wanted = begun
    elif code in AT_END:
        wanted = ended
    else:
        wanted = on
        if code not in FREE:
            yield f"evento {code}"
    if on is None or on != wanted:
        yield f"event {code} of {on}, expected {wanted}"


def main(path, expected=None):
    root = tree.parse(path).getroot()
    system = root.get("sistema")
    faults, seen = [], set()
    if root.tag != "sezione_6" or system not in SYSTEMS:
        faults.append(f"the envelope is {root.tag}, system {system}")
    records = 0
    for case in root:
        lists = list(case)
        if case.tag != "scheda" or not case.get("codice_fiscale") or [x.tag for x in lists] != ["politiche_attive_lst"]:
            faults.append(f"case {case.get('pratica')}: not formed as a case")
            continue
        for record in lists[0]:
            records += 1
            where = f"case {case.get('pratica')}, record {records}"
            if record.tag != "politiche_attive":
                faults.append(f"{where}: {record.tag}")
            faults += [f"{where}: {fault}" for fault in faults_of(record, system)]
            name = record.findtext("identificativo_politica")
            if name in seen:
                faults.append(f"{where}: {name} is there twice")
            seen.add(name)
    if expected is not None and records != int(expected):
        faults.append(f"{records} records, expected {expected}")
    print("\n".join(faults) or f"{records} records, no faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
