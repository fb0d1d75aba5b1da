#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""An independent verifier of dossiers (`lepre/dossier/1`), from the standard library alone.

Usage: verify.py DOSSIER [PUBLIC_KEY_FILE]. Exits 0 if everything checked here adds up, 1 naming what does not, 2 if the
file is not a dossier.

It recomputes: the genesis of the chain, the hash of every event, the head, the digest of the rulebook (canonical JSON
without places), the Merkle path and the Ed25519 signature of the seal.

Of the verdict it re-derives only this: that it is of this case, on a day; that every finding points to an event that is
there, to a thing the rulebook names and, where it has a link, to an act of the rulebook; that a breach is never told
together with `true`; that every item, term and fact named by an event of this case is one of the rulebook, or else the verdict is
not `true`. It does NOT decide again what was due or by when: that takes the engine (`lepre dossier verify`).
"""

import hashlib
import json
import struct
import sys
import uuid
from datetime import date, timedelta

FAULTS = []


def fault(message, event=None):
    FAULTS.append((f"evento {event}: " if event is not None else "") + message)


def field(data):
    return struct.pack(">Q", len(data)) + data


def optional(text):
    return b"\0" if text is None else b"\1" + field(text.encode())


def sha(data):
    return hashlib.sha256(data).digest()


# Ed25519 (RFC 8032), verification only.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def plus(a, b):
    x, y = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    z, t = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = y - x, t - z, t + z, y + x
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n, point):
    total = (0, 1, 1, 0)
    while n:
        if n & 1:
            total = plus(total, point)
        point, n = plus(point, point), n >> 1
    return total


def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def x_of(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def point_of(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = x_of(y, sign) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signed(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    key, r, s = point_of(public), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= ORDER or same(times(8, key), (0, 1, 1, 0)):
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return same(times(s, BASE), plus(r, times(h, key)))


def genesis(head):
    return sha(
        field(b"lepre/case/1") + field(uuid.UUID(head["id"]).bytes) + field(uuid.UUID(head["soggetto"]).bytes)
        + field(head["lep"].encode()) + optional(head["regione"]) + optional(head["sede"])
        + field(bytes.fromhex(head["regolamento"])) + optional(head["esterna"])
    )


def link(previous, case, event):
    return sha(
        field(previous) + field(case) + field(struct.pack(">I", event["sequenza"]))
        + field(struct.pack(">i", event["giorno"])) + field(struct.pack(">q", event["registrato_ms"]))
        + field(event["da"].encode()) + field(event["corpo"].encode())
    )


def check_chain(dossier):
    head, events = dossier["pratica"], dossier["eventi"]
    case, previous, expected = uuid.UUID(head["id"]).bytes, genesis(head), 1
    if previous.hex() != dossier["genesi"]:
        fault("i dati fissi della pratica sono stati alterati")
        previous = bytes.fromhex(dossier["genesi"])
    for event in events:
        sequence = event["sequenza"]
        if sequence < expected:
            fault("l'evento è fuori ordine, o c'è due volte", sequence)
            previous = None
            continue
        if sequence > expected:
            fault(f"mancano gli eventi fino al {sequence - 1}", expected)
            previous = None
        if previous is not None and link(previous, case, event).hex() != event["impronta"]:
            fault("l'evento o la sua impronta, o quella dell'evento prima, sono stati alterati", sequence)
        try:
            told = json.loads(event["corpo"])["il"]
            if str(date(1970, 1, 1) + timedelta(days=event["giorno"])) != told:
                fault("il giorno non è quello che l'evento dice", sequence)
        except (ValueError, KeyError, TypeError, OverflowError):
            fault("il corpo dell'evento non si legge", sequence)
        previous, expected = bytes.fromhex(event["impronta"]), sequence + 1
    last = max((event["sequenza"] for event in events), default=0)
    if last < head["sequenza"]:
        fault(f"mancano gli eventi fino al {head['sequenza']}", last + 1)
    elif last > head["sequenza"] or not events or events[-1]["impronta"] != head["impronta"]:
        fault("la testata della pratica non corrisponde all'ultimo evento", last)
    if events and events[0]["sequenza"] == 1 and events[0]["giorno"] != head["aperta_il"]:
        fault("il giorno di apertura non è quello del primo evento", 1)


def without_places(value):
    if isinstance(value, dict):
        return {key: without_places(part) for key, part in value.items() if key != "@luogo"}
    return [without_places(part) for part in value] if isinstance(value, list) else value


def check_rulebook(dossier):
    try:
        rulebook = json.loads(dossier["regolamento"])
    except ValueError:
        fault("il regolamento è stato alterato, e non si legge più")
        return None
    text = json.dumps(without_places(rulebook), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if sha(text.encode()).hex() != dossier["pratica"]["regolamento"]:
        fault("il regolamento non è quello della pratica: è stato alterato")
    return rulebook


def words_of(value):
    """Every text in a rulebook, key or value."""
    if isinstance(value, dict):
        return set(value).union(*map(words_of, value.values()))
    if isinstance(value, list):
        return set().union(*map(words_of, value))
    return {value} if isinstance(value, str) else set()


def check_verdict(dossier, rulebook):
    verdict, known = dossier["verdetto"], words_of(rulebook)
    if verdict["pratica"] != dossier["pratica"]["id"] or verdict["lep"] != dossier["pratica"]["lep"]:
        fault("il verdetto è di un'altra pratica o di un altro livello")
    if verdict["conforme"] not in ("true", "false", "non-noto"):
        fault(f"il verdetto dice `{verdict['conforme']}`, che non è una risposta")
    try:
        date.fromisoformat(verdict["al"])
    except (TypeError, ValueError):
        fault(f"il verdetto è di un giorno che non c'è, `{verdict['al']}`")
    there = {event["sequenza"] for event in dossier["eventi"]}
    for n, finding in enumerate(verdict["rilievi"], 1):
        if finding["evento"] is not None and finding["evento"] not in there:
            fault(f"il rilievo {n} indica l'evento {finding['evento']}, che non c'è")
        che = finding["che"]
        if che is not None and che not in known and not any(che in event["corpo"] for event in dossier["eventi"]):
            fault(f"il rilievo {n} parla di `{che}`, che il regolamento non ha")
        link_ = finding["link"]
        if link_ is not None and not any(word and word in link_ for word in known if word.startswith(("urn:", "http"))):
            fault(f"il rilievo {n} rimanda a un atto che il regolamento non ha")
        if finding["gravita"] == "violazione" and verdict["conforme"] == "true":
            fault(f"il verdetto è `true`, ma il rilievo {n} è una violazione")
    for event in dossier["eventi"]:
        try:
            body = json.loads(event["corpo"])
        except ValueError:
            continue
        for key in ("voce", "dato"):
            name = body.get(key)
            if isinstance(name, str) and name not in known and verdict["conforme"] == "true":
                fault(f"il verdetto è `true`, ma `{name}` non è nel regolamento", event["sequenza"])


def check_seal(dossier, key):
    proof = dossier["sigillo"]
    if proof is None:
        return "non ancorato: nessun sigillo garantisce che la storia non sia stata riscritta per intero"
    before, closing, line = len(FAULTS), proof["chiusura"], json.loads(proof["riga"])
    if key is not None and closing["chiave"] != key:
        fault(f"il sigillo è firmato con un'altra chiave, `{closing['chiave']}`")
    parts = [closing[name] for name in ("formato", "al", "pratiche", "eventi", "radice")]
    parts += [closing["precedente"] or "-", closing["chiave"]]
    message = "".join(f"{part}\n" for part in parts).encode()
    if not signed(bytes.fromhex(closing["chiave"]), message, bytes.fromhex(closing["firma"])):
        fault("la firma del sigillo non è valida: la sua chiusura è stata alterata")
    root = sha(b"\0" + proof["riga"].encode())
    for step in proof["percorso"]:
        beside = bytes.fromhex(step["impronta"])
        root = sha(b"\1" + beside + root) if step["a_sinistra"] else sha(b"\1" + root + beside)
    if root.hex() != closing["radice"] or line["pratica"] != dossier["pratica"]["id"]:
        fault("la riga del sigillo è stata alterata, o non è di questa pratica")
        return "non ancorato"
    if line["genesi"] != genesis(dossier["pratica"]).hex():
        fault("i dati fissi della pratica non sono quelli sigillati")
    held = [event["impronta"] for event in dossier["eventi"] if event["sequenza"] == line["sequenza"]]
    if not held:
        fault("l'evento sigillato non c'è", line["sequenza"])
    elif held[0] != line["impronta"]:
        fault("la storia fino a questo evento non è quella sigillata", line["sequenza"])
    if len(FAULTS) > before:
        return "non ancorato"
    whose = "" if key is not None else ", ma non si sa di chi sia la chiave"
    return f"ancorato fino all'evento {line['sequenza']}{whose}"


def main(arguments):
    try:
        with open(arguments[0], encoding="utf-8") as file:
            dossier = json.load(file)
        if dossier["formato"] != "lepre/dossier/1":
            raise ValueError("formato sconosciuto")
        key = None
        if len(arguments) > 1:
            with open(arguments[1], encoding="utf-8") as file:
                key = file.read().split()[-1]
        check_chain(dossier)
        rulebook = check_rulebook(dossier)
        if rulebook is not None:
            check_verdict(dossier, rulebook)
        anchor = check_seal(dossier, key)
    except KeyError as error:
        print(f"il file non è un dossier che si legga: manca `{error.args[0]}`")
        return 2
    except (OSError, ValueError, TypeError, IndexError, AttributeError, struct.error) as error:
        print(f"il file non è un dossier che si legga ({type(error).__name__})")
        return 2
    for message in FAULTS:
        print(message)
    print(anchor)
    count = f"{len(FAULTS)} alterazioni trovate" if len(FAULTS) > 1 else "1 alterazione trovata"
    print(count if FAULTS else "catena e regolamento tornano; il verdetto sta in piedi, ma qui non è stato rifatto")
    # Whoever gives a key asks whether its owner vouches for the history.
    return 1 if FAULTS or (key is not None and not anchor.startswith("ancorato")) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
