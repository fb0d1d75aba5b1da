# SPDX-License-Identifier: EUPL-1.2
"""Reads the workbook of indicators with a reader that is not ours: the same tables and numbers as the CSV, as numbers.

LEPRE_BIN is the program, SEED another seed.
"""

import csv
import json
import random
import tempfile
from pathlib import Path

import openpyxl

import lepre_cases as cases

SHEETS = {"Livelli": "livello", "Regioni": "regione", "Sedi": "sede", "Mesi": "mese"}
# A spreadsheet must not take it for a formula.
OFFICE = "=1+1"
HIDDEN = "nascosto"


def brought_in(folder, draw):
    items = cases.rulebook(folder, "C")["voci"]
    lines = []
    for n in range(60):
        case = cases.history(n, "C", items, draw)
        # One region and one office are small: their numbers are hidden.
        small = n < 3
        case |= {"regione": "lombardia" if small else "piemonte", "sede": OFFICE if small or n % 2 else "torino"}
        lines.append(json.dumps(case, ensure_ascii=False) + "\n")
    Path(folder, "pratiche.jsonl").write_text("".join(lines), encoding="utf-8")
    cases.lepre(folder, "import", "pratiche.jsonl")


def as_in_csv(cell):
    """A cell as the CSV has it."""
    if cell.value is None:
        return ""
    if cell.data_type == "n" and "%" in cell.number_format:
        return f"{cell.value * 100:.1f}"
    return str(cell.value)


def main():
    draw = random.Random(cases.seed())
    with tempfile.TemporaryDirectory() as folder:
        brought_in(folder, draw)
        cases.lepre(folder, "indicators", "--csv", "i.csv", "--xlsx", "i.xlsx")
        with open(Path(folder, "i.csv"), encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        book = openpyxl.load_workbook(Path(folder, "i.xlsx"))
    numbers = hidden = 0
    for title, table in SHEETS.items():
        sheet = list(book[title].iter_rows())
        head, body, total = sheet[0], sheet[1:-1], sheet[-1]
        told = [row for row in rows if row[0] == table]
        assert len(body) == len(told) > 0, f"{title}: {len(body)} rows, {len(told)} in the CSV"
        for row, line in zip([*body, total], [*told, *(row for row in rows if row[0] == "totale")]):
            for cell, word in list(zip(row, line[1:]))[2 if row is total else 0 :]:
                assert cell.data_type != "f", f"{title}: {cell.coordinate} is a formula: {cell.value}"
                # Where there are no types, what looks like a formula has a mark before it.
                found, word = as_in_csv(cell), word.removeprefix("'")
                same = found == word or found and word and found[0].isdigit() and float(found) == float(word)
                assert same, f"{title} {cell.coordinate} ({head[cell.column - 1].value}): {found!r} for {word!r}"
                numbers += cell.data_type == "n" and cell.value is not None
                hidden += cell.value == HIDDEN
    assert numbers > 20 and hidden > 0, (numbers, hidden)
    assert any(cell.value == OFFICE for cell in book["Sedi"]["A"]), "the office is not there as it is called"
    print(f"indicators: {numbers} numbers and {hidden} hidden ones are the same in both files")


if __name__ == "__main__":
    main()
