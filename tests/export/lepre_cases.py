# SPDX-License-Identifier: EUPL-1.2
"""Random histories of level C, and the program that takes them in: whatever is drawn, the seed draws it again."""

import json
import os
import random
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2025-06-30"
# Must never be found in what goes out.
SECRETS = ["Persona Inventata", "ZZZ", "testo libero"]


def lepre(folder, *words, ok=(0,)):
    """What the program answers, without the caller's own settings."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LEPRE_")}
    command = [os.environ["LEPRE_BIN"], "--specs", str(ROOT / "specs"), "--db", "lepre.db", "--oggi", TODAY, *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode in ok, f"{words}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def seed():
    chosen = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"seed {chosen}: SEED={chosen} draws the same again", flush=True)
    return chosen


def tax_code(n):
    """A well-formed code that nobody has."""
    odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
    letters = "".join(chr(65 + n // 26**i % 26) for i in range(3))
    code = f"ZZZ{letters}80A41Z999"
    value = lambda c: int(c) if c.isdigit() else ord(c) - 65
    return code + chr(65 + sum(odd[value(c)] if i % 2 == 0 else value(c) for i, c in enumerate(code)) % 26)


def rulebook(folder, level):
    return json.loads(lepre(folder, "--format", "json", "show", level))


def event_of(item, day, draw):
    kind = item["tipo"]
    if kind == "attivita":
        word = draw.choice(["terminata"] * 4 + ["iniziata", "proposta", "sospesa", "rendicontata", "abbandono"])
        event = {"tipo": kind, "il": day, "attivita": item["id"], "evento": word}
        event |= {"motivo": "testo libero"} if word in ("sospesa", "abbandono") else {}
        return event | ({"ora": f"{draw.randrange(24):02}:{draw.randrange(60):02}"} if draw.random() < 0.4 else {})
    if kind == "output":
        return {"tipo": kind, "il": day, "output": item["id"], "evidenza": {"nota": "testo libero"}}
    return {"tipo": kind, "il": day, "outcome": item["id"]}


def history(n, level, items, draw):
    """Days out of order, several acts on one day, corrections, closings and what comes after them: all as it may be."""
    # Around the night of 30 March, when the clock goes forward.
    on = lambda: draw.choice(["2025-03-28", "2025-03-29", "2025-03-30", "2025-03-31", "2025-04-01", "2025-04-02"])
    events = [{"tipo": "aperta", "il": "2025-03-01"}]
    for _ in range(draw.randrange(2, 14)):
        chance = draw.random()
        if chance < 0.08:
            events.append({"tipo": "nota", "il": on(), "testo": "testo libero"})
        elif chance < 0.16 and len(events) > 2:
            number = draw.randrange(2, len(events) + 1)
            events.append({"tipo": "annullata", "il": on(), "sequenza": number, "motivo": "testo libero"})
        else:
            events.append(event_of(draw.choice(items), on(), draw))
    if draw.random() < 0.7:
        manner = draw.choice(["conclusa", "conclusa", "interrotta"])
        events.append({"tipo": "chiusa", "il": "2025-05-02", "modo": manner, "motivo": "testo libero"})
        if draw.random() < 0.2:
            events.append(event_of(draw.choice(items), on(), draw))
        if draw.random() < 0.1:
            events.append({"tipo": "riaperta", "il": "2025-05-03", "motivo": "testo libero"})
    subject = {"codice_fiscale": tax_code(n), "nome": f"Persona Inventata {n}"}
    return {"id": f"{level}-{n}", "lep": level, "soggetto": subject, "eventi": events}
