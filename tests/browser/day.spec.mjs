// SPDX-License-Identifier: EUPL-1.2
// The day of an operator, with a keyboard only: a person, a company, a closing that comes too early, two at one case.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium, endAudit, NARROW, start } from "./lib.mjs";
import { companyCode, daysAgo, MATRIX, operator, written } from "./operator.mjs";

let browser;
let service;

before(async () => {
  [service, browser] = await Promise.all([start(), chromium()]);
});
after(async () => {
  await Promise.all([browser?.close(), service?.stop(), endAudit()]);
});

/** People of the demonstration, as somebody in a hurry writes them; one for each combination. */
const PEOPLE = [
  ["Brunilde Fitizi", "Brunilde Fittizi"],
  ["Gisele Invetati", "Gisèle Inventati"],
  ["Zoe Fitttizi", "Zoë Fittizi"],
  ["Immagnari Mafalda", "Mafalda Immaginari"],
];

/** Others of them, who have a case of LEP D where the agreement is to be signed. */
const AGREEING = { true: ["Nicolo Desempoi", "Nicolò D'Esempio"], false: ["Desempoi Lapo", "Lapo D'Esempio"] };

const colleague = () => service.accounts.find((account) => account.username === "op2.torino");

/** Somebody is found by a name written in a hurry; their dossier. */
async function finds(desk, [typo, name]) {
  await desk.follow("Cerca");
  await desk.keys.fill(/^Codice fiscale/, typo);
  await desk.press("Cerca");
  await desk.sees(/soggett[oi] trovat[oi]/, name, "somiglia");
  await desk.follow(name);
}

/** A case for somebody who is found, as far as the question whether it may be opened. */
async function asksFor(desk, person, level) {
  await finds(desk, person);
  await desk.follow("Nuova pratica per questo soggetto");
  await desk.choose(/^Livello/, level);
  await desk.press("Avanti: si può aprire?");
}

/** Confirms and opens. */
async function opens(desk, on, ...words) {
  await desk.day(/^Giorno di apertura/, on);
  await desk.press("Avanti: conferma");
  await desk.sees("Premendo «Apri la pratica» la pratica sarà scritta", written(on), ...words);
  await desk.judge("conferma");
  await desk.press("Apri la pratica");
  await desk.sees("La pratica è aperta.", `aperta dal ${written(on)}`, "Pratica affidata a op.torino");
}

async function ends(desk, activity, mode) {
  await desk.follow(activity);
  await desk.choose(/^Che cosa è avvenuto/, "terminata");
  if (mode) await desk.choose("Modo di svolgimento", mode);
  await desk.press("Registra l'attività");
  await desk.sees("Registrato.");
}

/** The last events, the latest first, as they stand in the history. */
async function tells(desk, ...words) {
  const events = await desk.page.locator(".lepre-timeline > li").allInnerTexts();
  for (const [at, wanted] of words.entries()) assert.ok(events[at]?.includes(wanted), `${wanted} is not in: ${events[at]}`);
}

for (const [at, combination] of MATRIX.entries()) {
  test(`guidance for a person (LEP E), ${combination.name}`, async () => {
    const desk = await operator(browser, service, service.account("operatore"), combination, "e");
    await desk.enters({ mistaken: true });
    await asksFor(desk, PEOPLE[at], "E · Orientamento specialistico");
    await desk.sees("Si può aprire, ma per l'accesso manca ancora qualche dato");
    await desk.choose(/^La persona ha già firmato un patto/, "no");
    await desk.press("Ricontrolla con questi dati");
    await desk.sees("No, così non si può aprire.", "Perché:", "Che cosa lo renderebbe possibile:", "Norma: D.M. 4/2018");
    await desk.misses("Avanti: conferma");
    await desk.judge("no");
    await desk.choose(/^La persona ha già firmato un patto/, "sì");
    await desk.press("Ricontrolla con questi dati");
    await desk.sees("Sì, si può aprire.");
    await opens(desk, daysAgo(6), PEOPLE[at][1], "E · Orientamento specialistico");
    await desk.sees("Prima di tutto: colloquio individualizzato", /fra 2[4-9] giorni/);

    await desk.keys.fill(/^Da quanti mesi è senza lavoro/, "3");
    await desk.press(/^Registra il dato/);
    await desk.sees("Registrato.");
    await desk.follow(/^Registra ?: colloquio/);
    await desk.choose(/^Che cosa è avvenuto/, "terminata");
    await desk.choose("Modo di svolgimento", "individuale");
    await desk.day(/^Giorno in cui è avvenuto/, daysAgo(3));
    await desk.press("Registra l'attività");
    await desk.sees("Registrazioni in SAP da fare", "Registra A06 con la data di oggi");
    await desk.press(/^Registra A06 con la data di oggi/);
    await ends(desk, /^Registra ?: Bilancio delle competenze per/);
    await desk.press(/^Registra A03 con la data di oggi/);

    await desk.follow(/^Registra ?: Bilancio delle competenze spendibili/);
    await desk.keys.fill(/^Quali esperienze/, "apprendista in officina");
    await desk.press("Consegna l'output");
    await desk.status("POST 422");
    await desk.sees("Ci sono campi da correggere", "Quali competenze può spendere", "Nulla è stato scritto.");
    assert.equal(await desk.page.getByLabel(/^Quali esperienze/).inputValue(), "apprendista in officina");
    await desk.keys.fill(/^Quali competenze può spendere/, "saldatura TIG");
    await desk.keys.press("Enter");
    await desk.keys.type("lettura del disegno");
    await desk.press("Consegna l'output");
    await desk.follow(/^Registra ?: aggiornamento del Patto/);
    await desk.day(/^In che giorno è stato aggiornato/, daysAgo(0));
    await desk.keys.fill(/^Quali attività, misure o servizi/, "corso di disegno tecnico");
    await desk.press("Consegna l'output");
    await desk.sees("Non c'è nulla di dovuto: tutto ciò che il livello chiede è fatto.");
    await desk.follow(/^Rileva ?: obiettivo-definito/);
    await desk.press("Rileva l'outcome");
    await desk.follow("Concludi");
    await desk.press("Concludi");

    await desk.sees(`conclusa il ${written(daysAgo(0))}`, "La pratica è conforme al livello.", "Nessun rilievo.");
    await desk.judge("conclusa");
    await tells(desk, "Pratica conclusa", "Rilevato l'outcome obiettivo-definito", "Consegnato l'output patto-aggiornato");
    await desk.sees("Registrato A03 per bilancio-competenze", "Attività colloquio: terminata, individuale", "Registrato A06 per");
    await desk.leaves();
  });

  test(`a service for a company (LEP Q), ${combination.name}`, async () => {
    const desk = await operator(browser, service, service.account("operatore"), combination, "q");
    await desk.enters();
    const code = companyCode(at);
    await desk.follow("Nuova pratica");
    await desk.choose("La pratica è per", "un'impresa");
    await desk.keys.fill(/^Codice fiscale o partita IVA/, `${code.slice(0, 10)}${(Number(code[10]) + 1) % 10}`);
    await desk.keys.fill(/^Nome e cognome/, `Officina Inventata ${at} s.n.c.`);
    await desk.choose(/^Livello/, "E · Orientamento specialistico");
    await desk.press("Avanti: si può aprire?");
    await desk.status("POST 422");
    await desk.sees("Nulla è stato scritto.", "questo livello è per le persone", /partita IVA.*(controllo|sbagliat)/);
    assert.equal(await desk.page.getByLabel(/^Nome e cognome/).inputValue(), `Officina Inventata ${at} s.n.c.`);
    await desk.keys.fill(/^Codice fiscale o partita IVA/, code);
    await desk.choose(/^Livello/, "Q · Incontro domanda/offerta (imprese)");
    await desk.press("Avanti: si può aprire?");
    await desk.sees("Sì, si può aprire.", "Il livello non pone condizioni di accesso.", "non ancora noto: sarà registrato con la pratica");
    await desk.judge("impresa");
    await opens(desk, daysAgo(0), `Officina Inventata ${at} s.n.c.`, code);

    await desk.choose(/^Ai candidati mancano competenze/, "no");
    await desk.press(/^Registra il dato.*Ai candidati/);
    await ends(desk, /^Registra ?: acquisire il fabbisogno/);
    await ends(desk, /^Registra ?: individuare le candidature/);
    await ends(desk, /^Registra ?: contattare i potenziali/);
    await desk.follow(/^Registra ?: Incontro domanda offerta/);
    await desk.keys.fill(/^Per quale posizione/, "saldatore");
    await desk.keys.fill(/^Quali profili/, "saldatore con patentino");
    await desk.choose(/^La posizione riguarda il lavoro autonomo/, "no");
    await desk.press("Consegna l'output");
    await ends(desk, /^Registra ?: presentare all’impresa/);
    await desk.follow(/^Registra ?: invio del nominativo/);
    await desk.keys.fill(/^Quanti nominativi/, "0");
    await desk.press("Consegna l'output");
    await desk.status("POST 422");
    await desk.sees("Ci sono campi da correggere", "In che giorno sono stati inviati i nominativi?");
    await desk.day(/^In che giorno sono stati inviati/, daysAgo(0));
    await desk.keys.fill(/^Quanti nominativi/, "3");
    await desk.press("Consegna l'output");
    await ends(desk, /^Registra ?: raccogliere gli esiti/);
    await ends(desk, /^Registra ?: registrazione dell’esito/);
    await desk.press(/^Registra B03 con la data di oggi/);
    await desk.follow(/^Registra ?: comunicazione esito/);
    await desk.day(/^In che giorno l'impresa/, daysAgo(0));
    await desk.choose(/^Com'è finita la selezione/, "assunzione");
    await desk.press("Consegna l'output");
    // What nobody knows yet is said to be not known, and not taken for a no.
    await desk.sees("Non si può ancora dire se la pratica è conforme: mancano dati.", "Adesso no: non si sa se la registrazione");
    await desk.choose(/^L'impresa ha assunto qualcuno/, "sì");
    await desk.press(/^Registra il dato.*ha assunto/);
    await desk.sees("Adesso no: manca la registrazione di «comunicazione esito selezione da azienda al servizio…»");
    await desk.press(/^Registra CO con la data di oggi/);
    await desk.follow(/^Rileva ?: fabbisogno-soddisfatto/);
    await desk.press("Rileva l'outcome");
    await desk.follow("Concludi");
    await desk.press("Concludi");
    await desk.sees(`conclusa il ${written(daysAgo(0))}`, "La pratica è conforme al livello.", "Nessun rilievo.");
    await tells(desk, "Pratica conclusa", "Rilevato l'outcome fabbisogno-soddisfatto", "Registrato CO per comunicazione-esito");
    await desk.sees("Consegnato l'output invio-nominativo", "Registrato B03 per registrazione-esito");
    await desk.leaves();
  });

  test(`a closing too early, and two at one case (LEP I), ${combination.name}`, async () => {
    const desk = await operator(browser, service, service.account("operatore"), combination, "i");
    await desk.enters();
    await asksFor(desk, PEOPLE[at], "I · Sostegno alla mobilità territoriale");
    await opens(desk, daysAgo(2));
    await desk.sees("Adesso no: manca l'attività", "(e altri 2 motivi)");
    await desk.unfold(/^Adesso no: manca l'attività .*altri 2/);
    const why = "Che cosa fare: Completa «Presentazione delle opportunità di incentivazione per il…», oppure chiudi come interrotta con il motivo.";
    await desk.sees(why, "Manca l'output «informazioni in autoconsultazione e/o modalità assistita», che è dovuto.", "Norma: D.M. 4/2018, allegato B, LEP I");
    await desk.judge("perché no");
    await ends(desk, /^Registra ?: Presentazione delle opportunità/, "assistita");
    await ends(desk, /^Registra ?: informazione sulle agevolazioni/, "assistita");

    // Delivered on a day before the activities it comes from.
    await desk.follow(/^Registra ?: informazioni in autoconsultazione/);
    await desk.keys.to("modalità assistita", { role: "checkbox" });
    await desk.keys.press("Space");
    await desk.keys.to("incentivi per la mobilità", { role: "checkbox" });
    await desk.keys.press("Space");
    await desk.keys.fill(/^Di quali territori/, "Valle Inventata");
    await desk.day(/^Giorno in cui è avvenuto/, daysAgo(1));
    await desk.press("Consegna l'output");
    await desk.status("POST 422");
    await desk.sees("Non si può: ecco perché", "Norma: D.M. 4/2018, allegato B, LEP I", "Nulla è stato scritto.");
    const kept = desk.page.getByLabel(/^Di quali territori/);
    assert.equal(await kept.inputValue(), "Valle Inventata");
    assert.ok(await desk.page.getByLabel("incentivi per la mobilità").isChecked());
    await desk.day(/^Giorno in cui è avvenuto/, daysAgo(0));
    await desk.press("Consegna l'output");
    await desk.sees("Non c'è nulla di dovuto");

    // The form is open, and somebody else corrects what the closing rests on.
    await desk.follow("Concludi");
    await desk.day(/^Giorno in cui è avvenuto/, daysAgo(-1));
    await desk.keys.fill("Motivo", "informata allo sportello");
    await desk.press("Concludi");
    await desk.status("POST 422");
    await desk.sees("Non si può: ecco perché", "non è ancora venuto", "Nulla è stato scritto.");
    assert.equal(await desk.page.getByLabel("Motivo").inputValue(), "informata allo sportello");
    await desk.day(/^Giorno in cui è avvenuto/, daysAgo(0));
    const other = await operator(browser, service, colleague(), combination, "other");
    await other.enters();
    await finds(other, PEOPLE[at]);
    await other.follow(/, livello I, pratica/);
    await other.follow("Correggi l'evento 5");
    await other.keys.fill(/^Motivo/, "consegnato a un'altra persona");
    await other.press("Annulla l'evento");
    await other.sees("Corretto: l'evento conta come mai avvenuto", "La pratica non è conforme, o non lo è ancora.");
    await desk.press("Concludi");
    await desk.status("POST 409");
    await desk.sees("La pratica è cambiata mentre scrivevi", "Nulla è stato scritto", "op2.torino", "consegnato a un'altra persona");
    await desk.sees("Non si può: ecco perché", "Manca l'output «informazioni in autoconsultazione e/o modalità assistita», che è dovuto.", "Norma: D.M. 4/2018, allegato B, LEP I");
    assert.equal(await desk.page.getByLabel("Motivo").inputValue(), "informata allo sportello");
    await desk.follow("Torna alla pratica");
    await desk.sees("Adesso no: manca l'output «informazioni in autoconsultazione e/o modalità assistita», che è dovuto", "Annullato dall'evento 6 (op2.torino): consegnato a un'altra persona");

    // Done again, and concluded.
    await desk.follow(/^Registra ?: informazioni in autoconsultazione/);
    await desk.keys.to("modalità assistita", { role: "checkbox" });
    await desk.keys.press("Space");
    await desk.keys.to("soggetti preposti al supporto", { role: "checkbox" });
    await desk.keys.press("Space");
    await desk.press("Consegna l'output");
    await desk.follow("Concludi");
    await desk.keys.fill("Motivo", "informata allo sportello");
    await desk.press("Concludi");
    await desk.sees("La pratica è conforme al livello.", `conclusa il ${written(daysAgo(0))}`);
    await tells(desk, "Pratica conclusa", "Consegnato l'output informazioni", "consegnato a un'altra persona", "Annullato");

    // Two notes at once: one is written, whoever wrote the other is told and sends it again.
    await desk.keys.fill(/^Testo della nota/, "telefona lunedì");
    await other.page.reload();
    await other.keys.fill(/^Testo della nota/, "ha cambiato numero di telefono");
    await other.press("Scrivi la nota");
    await desk.press("Scrivi la nota");
    await desk.status("POST 409");
    await desk.sees("La pratica è cambiata mentre scrivevi", "ha cambiato numero di telefono", "op2.torino");
    await desk.misses("Non si può: ecco perché");
    assert.equal(await desk.page.getByLabel(/^Testo della nota/).inputValue(), "telefona lunedì");
    await desk.press("Ho letto: Scrivi la nota");
    await tells(desk, "telefona lunedì", "ha cambiato numero di telefono", "Pratica conclusa");
    await desk.leaves();
    await other.leaves();
  });
}

/** What is printed carries the law it was made on; what can only be pressed is not printed. */
async function prints(desk, ...words) {
  await desk.page.emulateMedia({ media: "print" });
  await desk.sees(...words, "In vigore dal 11/01/2018", /Impronta del regolamento \(SHA-256\) [0-9a-f]{64}/);
  await desk.sees(/Impronta dell'ultimo evento: [0-9a-f]{64}/, /all'evento \d+, da Operatrice Inventata \(op\.torino\)/);
  for (const role of ["navigation", "button", "banner"]) assert.equal(await desk.page.getByRole(role).count(), 0, role);
  await desk.judge("stampa");
  await desk.page.emulateMedia({ media: null });
}

// On paper the window has no part: one width for scripts, the other without.
for (const combination of MATRIX.filter(({ scripts, viewport }) => scripts === (viewport === NARROW))) {
  test(`an agreement signed and printed (LEP D), ${combination.name}`, async () => {
    const desk = await operator(browser, service, service.account("operatore"), combination, "d");
    await desk.enters();
    await finds(desk, AGREEING[combination.scripts]);
    await desk.follow(/, livello D, pratica/);
    await desk.follow("Stampa del patto");
    await desk.sees("Bozza: nella pratica il patto non è stato ancora consegnato.", AGREEING[combination.scripts][1]);
    await desk.follow(/^LEP D, /);
    await desk.follow(/^Registra ?: patto di servizio personalizzato sottoscritto/);
    await desk.day(/^In che giorno è stato firmato/, daysAgo(0));
    await desk.keys.fill(/^Chi è il responsabile/, "Operatrice Inventata");
    await desk.keys.fill(/^Qual è il profilo/, "media distanza dal mercato del lavoro");
    await desk.keys.fill(/^Quali atti di ricerca/, "inviare due candidature a settimana");
    await desk.keys.fill(/^Entro quali tempi/, "entro tre mesi");
    await desk.keys.fill(/^Ogni quanto/, "ogni due settimane");
    await desk.keys.fill(/^In che modo la persona dimostrerà/, "copia delle candidature");
    await desk.press("Consegna l'output");
    await desk.status("POST 422");
    await desk.sees("Ci sono campi da correggere", "A che cosa si è dichiarata disponibile");
    for (const box of ["laboratori sulla ricerca di lavoro", "formazione o altra attivazione", "congrua offerta di lavoro"]) {
      await desk.keys.to(box, { role: "checkbox" });
      await desk.keys.press("Space");
    }
    await desk.press("Consegna l'output");
    await desk.sees("Registrato.", "Consegnato l'output patto-sottoscritto");
    await desk.follow("Stampa del patto");
    await desk.misses("Bozza");
    const signed = `Firmato il ${written(daysAgo(0))}`;
    await prints(desk, AGREEING[combination.scripts][1], "inviare due candidature a settimana", signed, "congrua offerta di lavoro");
    await desk.follow(/^LEP D, /);
    await desk.follow("Stampa della pratica");
    await prints(desk, AGREEING[combination.scripts][1], "Consegnato l'output patto-sottoscritto", "La pratica non è conforme, o non lo è ancora.");
    await desk.leaves();
  });
}
