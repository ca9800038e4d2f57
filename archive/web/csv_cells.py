"""The documented views as CSV. A cell that a spreadsheet would take for a formula (law 12), for a day, or for a number that
looks otherwise begins with an apostrophe."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import Response

_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # the last four are full-width
_NUMBER = re.compile(r"[\s.,:/]*\d[\d\s.,:/%년월일시분초+-]*(?:[eE][+-]?\d+)?")
_SAME = re.compile(r"0|[1-9]\d{0,14}")  # a spreadsheet keeps 15 digits
_OURS = ("_shape", "_stream", "_dl", "_header", "_nl")


def defused(value: object) -> object:
    """A cell that stays the text that it is. Numbers are left alone."""
    if not isinstance(value, str):
        return value
    formula = value.lstrip(" \u00a0\u3000").startswith(_FORMULA)
    return f"'{value}" if formula or (_NUMBER.fullmatch(value) and not _SAME.fullmatch(value)) else value


async def view(request: Any, datasette: Any) -> Any:
    """Datasette's own answer for the same address in JSON, written as CSV: as many rows as one answer has. Where there are
    more, the file is named a part, and the header Link leads to the next."""
    given = [(key, value) for key, value in parse_qsl(request.query_string, keep_blank_values=True) if key not in _OURS]
    name = request.url_vars["view"]
    asked = urlencode([*given, ("_shape", "arrays"), ("_size", "max")])  # of two sizes the first counts
    answer = await datasette.client.get(f"/archive/{name}.json?{asked}")
    if answer.status_code != 200:
        return Response(answer.text, status=answer.status_code, content_type="application/json; charset=utf-8")
    said, text = answer.json(), io.StringIO()
    rows = csv.writer(text)
    rows.writerow(said["columns"])
    rows.writerows([defused(value) for value in row] for row in said["rows"])
    part = "-part" if said["next"] or "_next" in dict(given) else ""
    save = {"content-disposition": f'attachment; filename="{name}{part}.csv"'}
    if said["next"]:
        rest = urlencode([*((key, value) for key, value in given if key != "_next"), ("_next", said["next"])])
        save["link"] = f'<{request.path}?{rest}>; rel="next"'
    # Without the mark a Korean spreadsheet takes it for CP949.
    return Response("\ufeff" + text.getvalue(), headers=save, content_type="text/csv; charset=utf-8")
