# SPDX-License-Identifier: EUPL-1.2
"""Reads the documents of cases with a PDF reader that is not ours: text, title, language, tags, order of reading.

LEPRE_BIN is the program. Everything happens in a folder of its own, with people who do not exist.
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile

import pypdf

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEPRE = os.environ.get("LEPRE_BIN", str(ROOT / "target" / "debug" / "lepre"))
TODAY = "2024-06-30"
PERSON = "ZZZZZZ80A41Z999K"
# Longer than a line, longer than a page is wide without a space, and letters that few names have.
NAME = "Niccolò Łęcki d'Àvila Öçè " + "Precipitevolissimevolmente" * 8
EVENTS = 500


def lepre(folder, *words):
    command = [LEPRE, "--specs", str(ROOT / "specs"), "--db", "prova.db", "--oggi", TODAY, *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def stored(folder, identifier, level, events):
    """Brings in a case with its history, as another system would send it."""
    subject = {"codice_fiscale": PERSON, "nome": NAME}
    case = {"id": identifier, "lep": level, "soggetto": subject, "regione": "piemonte", "sede": "torino"}
    path = pathlib.Path(folder, f"{identifier}.jsonl")
    path.write_text(json.dumps(case | {"eventi": events}) + "\n", encoding="utf-8")
    lepre(folder, "import", path.name)


def document(folder, identifier, *more):
    name = f"{identifier}.pdf"
    lepre(folder, "case", "pdf", identifier, name, *more)
    return pypdf.PdfReader(pathlib.Path(folder, name))


def plain(text):
    """Text without the ends of lines, which a reader puts where it likes."""
    return re.sub(r"\s+", " ", text)


def roles(element, found):
    """The structure tree as roles in the order of reading."""
    element = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(element, list):
        for child in element:
            roles(child, found)
    elif isinstance(element, dict):
        if "/S" in element:
            found.append((element["/S"], element))
        if "/K" in element:
            roles(element["/K"], found)
    return found


def check_structure(reader, title):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "it-IT", root["/Lang"]
    assert reader.metadata.title == title, reader.metadata.title
    assert root["/ViewerPreferences"]["/DisplayDocTitle"], "the title is not shown"
    found = roles(root["/StructTreeRoot"]["/K"], [])
    names = [name for name, _ in found]
    headings = [int(name[2:]) for name in names if re.fullmatch(r"/H\d", name)]
    assert headings[0] == 1 and headings.count(1) == 1, headings
    assert all(next_ <= level + 1 for level, next_ in zip(headings, headings[1:])), f"a level is skipped: {headings}"
    for name, element in found:
        if name == "/TR":
            cells = [child.get_object()["/S"] for child in element["/K"]]
            assert "/TH" in cells, f"a row without a heading: {cells}"
        if name == "/TH":
            scope = [a.get_object().get("/Scope") for a in listed(element["/A"])]
            assert any(scope), "a heading that does not say of what"
    for name in ("/P", "/Table", "/THead", "/TBody", "/Caption", "/TD"):
        assert name in names, f"no {name}"
    assert reader.outline, "no list of contents"
    xmp = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "pdfuaid:part" in xmp and "pdfaid:part" in xmp
    return names


def listed(thing):
    thing = thing.get_object() if hasattr(thing, "get_object") else thing
    return thing if isinstance(thing, list) else [thing]


def check_long_case(folder):
    events = [{"tipo": "aperta", "il": "2024-05-02"}]
    for number in range(2, EVENTS + 1):
        events.append({"tipo": "nota", "il": "2024-05-03", "testo": f"Nota n. {number}: perché è già così, «sì»"})
    stored(folder, "E-1", "E", events)
    reader = document(folder, "E-1")
    check_structure(reader, "Pratica LEP E, Orientamento specialistico")
    pages = [plain(page.extract_text()) for page in reader.pages]
    whole = " ".join(pages)
    for number in range(2, EVENTS + 1):
        assert f"Nota n. {number}: perché è già così, «sì»" in whole, f"event {number} is not there"
    assert PERSON in whole and "Niccolò Łęcki d'Àvila Öçè" in whole
    assert NAME.replace(" ", "") in re.sub(r"\s", "", pages[0]), "the long name is cut"
    with_history = [page for page in pages if "Nota n." in page]
    assert len(with_history) > 10, len(with_history)
    for page in with_history:
        assert "Evento Giorno Che cosa è accaduto Registrato" in page, "a page of the table without its headings"
    digests = set(re.findall(r"\b[0-9a-f]{64}\b", pages[0]))
    assert len(digests) >= 2, digests
    for at, page in enumerate(pages):
        assert f"Pagina {at + 1} di {len(pages)}" in page, f"page {at + 1} without its number"
        assert all(digest in page for digest in digests if digest in pages[1]), f"page {at + 1} without its digests"
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            assert "Titillium" in font.get_object()["/BaseFont"], font


def check_patto(folder):
    prior = [{"lep": "C", "voce": "profilazione-qualitativa", "il": "2024-04-30"}]
    stored(folder, "D-1", "D", [{"tipo": "aperta", "il": "2024-05-02", "fascicolo": prior}])
    reader = document(folder, "D-1", "--patto")
    check_structure_of_patto(reader)
    whole = plain(" ".join(page.extract_text() for page in reader.pages))
    for said in ("Bozza", "non registrato", "Impegni del Centro per l'impiego", "Impegni della persona", "D.Lgs. 150/2015"):
        assert said in whole, f"{said!r} is not in {whole}"


def check_structure_of_patto(reader):
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "it-IT"
    assert reader.metadata.title == "Patto di servizio personalizzato"
    names = [name for name, _ in roles(root["/StructTreeRoot"]["/K"], [])]
    assert "/Table" in names and "/H2" in names, names


def main():
    with tempfile.TemporaryDirectory() as folder:
        check_long_case(folder)
        check_patto(folder)
    print("documents: read by a reader that is not ours")


if __name__ == "__main__":
    main()
