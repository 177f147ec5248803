"""Charts as SVG: the same figures as the tables beside them, in files of their own too, and nothing that runs."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from playground.exporting.html_page import as_page
from playground.exporting.svg_charts import bar_charts, chart_files, stacked_bars
from playground.money.daily_bars import MOST_COLOURS, REST, daily_bars
from playground.money.totals import HourOfUsage, Totals
from playground.sharing.data import PageData, UnreadablePageError, read_data
from playground.sharing.data_of_document import data_of
from playground.sharing.document import SharedChart, usage_document
from playground.sharing.included import Included
from tests.compare.test_verdict import GOOD

AT = datetime(2026, 11, 29, 12, 30, tzinfo=UTC)
NAMES = ["<Llama> & co", "Gemma"]
ANSWERS = [[replace(GOOD, cost=Decimal("0.25"))], [replace(GOOD, cost=Decimal("0.5"))]]
SVG = "{http://www.w3.org/2000/svg}"


def test_a_chart_is_a_file_that_needs_nothing_else() -> None:
    files = chart_files(NAMES, ANSWERS)
    assert "Cost" in files
    root = ElementTree.fromstring(files["Cost"])
    assert root.tag == f"{SVG}svg"
    assert [float(bar.get("width", "")) for bar in root.iter(f"{SVG}rect")] == [145.0, 290.0]
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert words[:2] == ["Cost", "<Llama> & co"]
    assert any("$0.50" in (word or "") for word in words)
    assert not re.search(r"script|href|url\(|on\w+=", files["Cost"])
    assert bar_charts(NAMES, [[], []]) == ""
    assert chart_files(NAMES, [[], []]) == {}


def hours(groups: int) -> list[HourOfUsage]:
    return [
        HourOfUsage(
            hour=AT - timedelta(days=day),
            connection="home",
            model=f"m{group}",
            page="chat",
            totals=Totals(requests=1 + day, prompt_tokens=10, computed=Decimal(groups - group)),
        )
        for day in range(3)
        for group in range(groups)
    ]


def test_bars_stand_on_their_days_and_the_least_are_together() -> None:
    bars = daily_bars(hours(MOST_COLOURS + 3), lambda hour: hour.model, UTC, "Cost")
    assert bars.days == ("2026-11-27", "2026-11-28", "2026-11-29")
    assert bars.groups == (*(f"m{group}" for group in range(MOST_COLOURS)), REST)
    assert bars.values[0] == (11.0, 11.0, 11.0)
    assert bars.values[-1] == (6.0, 6.0, 6.0)
    assert daily_bars(hours(2), lambda hour: hour.model, UTC, "Requests").values == ((3, 2, 1), (3, 2, 1))


def shared(included: Included) -> PageData:
    groups = {"m0": Totals(requests=3), "m1": Totals(requests=3)}
    bars = daily_bars(hours(2), lambda hour: hour.model, UTC, "Cost" if included.costs else "Requests")
    return data_of(usage_document("Usage", groups, "Model", str, included, AT, bars))


def test_the_page_of_usage_has_its_chart_drawn_from_its_data() -> None:
    made = shared(Included())
    page = as_page(made).page
    assert "Cost by day, in USD" in page
    assert page.count('<rect class="s0"') == 4, "three days, and what the colour means"
    assert "<title>2026-11-28, m0: 2</title>" in page
    assert as_page(read_data(made.model_dump_json())).page == page
    bare = as_page(shared(Included(names=False, costs=False))).page
    assert "Requests by day" in bare
    assert "m0" not in bare
    assert "Model A: 2" in bare


def test_a_chart_without_days_or_with_other_numbers_is_none() -> None:
    assert "<rect" in stacked_bars(SharedChart("Empty", ("2026-11-29",), (("m", (0.0,)),))), "what the colour means"
    told = shared(Included()).model_dump(mode="json")
    told["chart"]["series"][0]["values"].pop()
    with pytest.raises(ValueError, match="lacks numbers"):
        PageData.model_validate(told)
    for broken in ("x", 7, {"title": "x", "days": ["<b>"], "series": []}):
        with pytest.raises(ValueError, match="chart"):
            PageData.model_validate(told | {"chart": broken})
    with pytest.raises(UnreadablePageError):
        read_data(shared(Included()).model_dump_json().replace("2026-11-28", "</svg><script>", 1))
