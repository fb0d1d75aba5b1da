# SPDX-License-Identifier: EUPL-1.2
"""Reads the calendar feed of a demonstration with `icalendar`, and holds it against the text it came in.

LEPRE_BIN is the program. To be run by `tests/export/run`.
"""

import http.cookiejar
import os
import re
import subprocess
import urllib.parse
import urllib.request
from datetime import date, datetime, timedelta

import icalendar


def demonstration():
    """Starts the service; itself, its address, and who leads an office, with the password."""
    command = [os.environ["LEPRE_BIN"], "serve", "--demo", "--listen", "127.0.0.1:0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    address = lead = None
    for line in server.stdout:
        word, _, rest = line.strip().partition(": ")
        if word == "indirizzo":
            address = rest.rstrip("/")
        if word == "account" and " responsabile " in rest:
            lead = lead or rest.split(" ")[:2]
        if line.startswith("per fermarlo"):
            return server, address, lead
    raise SystemExit("the service ended before it was ready")


def read_feed(address, username, password):
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
    page = browser.open(address + "/accesso").read().decode()
    token = re.search(r'name="modulo" value="([^"]+)"', page).group(1)
    form = {"modulo": token, "poi": "/", "utente": username, "password": password}
    sent = urllib.request.Request(
        address + "/accesso", urllib.parse.urlencode(form).encode(), {"Origin": address, "Sec-Fetch-Site": "same-origin"}
    )
    browser.open(sent).read()
    text = browser.open(address + "/scadenzario.ics").read().decode()
    # What is written, without a parser: the lines put together again.
    plain = text.replace("\r\n ", "").split("\r\n")
    written = {
        "uid": [line[4:] for line in plain if line.startswith("UID:")],
        "start": [re.sub(r"\D", "", line.rsplit(":", 1)[1]) for line in event_lines(plain) if line.startswith("DTSTART")],
    }
    calendar = icalendar.Calendar.from_ical(text)
    events = calendar.walk("VEVENT")
    for event in events:
        assert not event.errors, event.errors
        start = event["DTSTART"].dt
        if isinstance(start, datetime):
            assert str(start.tzinfo) == "Europe/Rome", start
            assert start.utcoffset() in (timedelta(hours=1), timedelta(hours=2))
        else:
            assert event["DTEND"].dt - start == timedelta(days=1)
        assert event["SUMMARY"] and event["URL"].startswith("http")
    # The reader unescapes; identifiers here need no escape.
    read = {
        "uid": [str(event["UID"]) for event in events],
        "start": [shown(event["DTSTART"].dt) for event in events],
    }
    assert events, "the demonstration has nothing to do"
    assert read == written, (read, written)
    assert len(set(read["uid"])) == len(events), "a uid comes twice"
    assert not re.search(r"ZZ[A-Z]{4}[0-9]{2}", text), "a tax code is in the feed"
    print(f"{len(events)} entries, as they were written")


def event_lines(lines):
    inside = False
    for line in lines:
        inside = (inside or line == "BEGIN:VEVENT") and line != "END:VEVENT"
        if inside:
            yield line


def shown(start):
    if isinstance(start, datetime):
        return start.strftime("%Y%m%d%H%M%S")
    assert isinstance(start, date)
    return start.strftime("%Y%m%d")


if __name__ == "__main__":
    service, where, who = demonstration()
    try:
        read_feed(where, *who)
    finally:
        service.terminate()
        service.wait()
