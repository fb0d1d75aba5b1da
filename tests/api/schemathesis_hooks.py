# SPDX-License-Identifier: EUPL-1.2
"""Days that the interface knows: from 1900 to 2199."""

import datetime

import schemathesis
from hypothesis import strategies as st

days = st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31))
schemathesis.openapi.format("date", days.map(str))
