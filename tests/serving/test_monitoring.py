"""The plan in a year over HTTP: data, figures, the page and the file to keep."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from tests.serving.world import REGIMENT, SCRIPT

AT = "/api/projects/small"
PAGE = "/projects/small/scorecard"


def test_the_plan_in_a_year(client) -> None:
    told = client.get(f"{AT}/monitoring").json()
    assert told["year"] == 2025
    row = next(one for one in told["indicators"] if one["indicator"] == REGIMENT)
    assert (row["status"], row["gap"]) == ("not_met", 15)
    assert [one["unit_id"] for one in told["parts"][REGIMENT]] == ["R1"]
    assert told["reached_of_all"]["of"] > told["reached_of_judged"]["of"]
    english = client.get(f"{AT}/monitoring", headers={"Accept-Language": "en"}).json()
    labels = [one["label"] for one in english["indicators"]]
    assert not any(re.search("[一-鿿]", label) for label in labels)


@pytest.mark.parametrize("name", ["status", "timeline", "heat", "regiments", "map"])
def test_figures(client, name: str) -> None:
    for form, kind in (("png", "image/png"), ("svg", "image/svg+xml"), ("pdf", "application/pdf")):
        address = f"{AT}/figures/{name}.{form}?indicator={REGIMENT}"
        first, second = client.get(address), client.get(address)
        assert first.status_code == 200, first.text
        assert first.headers["content-type"].startswith(kind)
        assert first.content == second.content


def test_refusals(client) -> None:
    for address, status in (
        (f"{AT}/monitoring?year=1900", 422),
        (f"{AT}/monitoring?year=2031", 422),
        (f"{AT}/monitoring?year=x", 422),
        (f"{AT}/figures/pie.svg", 422),
        (f"{AT}/figures/status.gif", 422),
        (f"{AT}/figures/timeline.svg", 422),
        (f"{AT}/figures/timeline.svg?indicator=no_such", 404),
        (f"{AT}/figures/regiments.svg?indicator=infant_mortality_rate", 422),
        (f"{PAGE}?year=20x5", 422),
        (f"{PAGE}?year=2031", 422),
        ("/projects/no/scorecard", 404),
    ):
        found = client.get(address)
        assert found.status_code == status, (address, found.text)


def test_the_page_lets_its_own_script_run_and_no_other(client) -> None:
    found = client.get(PAGE)
    assert found.status_code == 200
    policy = found.headers["content-security-policy"]
    inline = re.findall(r"<script>(.*?)</script>", found.text, re.DOTALL)
    assert len(inline) == 1
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert SCRIPT not in found.text
    assert "<option selected>2025</option>" in found.text
    assert client.get(f"{PAGE}?year=2024").status_code == 200


def test_the_file_to_keep(client) -> None:
    first, second = (client.get("/projects/small/scorecard.html?lang=en") for _ in range(2))
    assert first.content == second.content
    assert "attachment" in first.headers["content-disposition"]
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", first.text)
    assert SCRIPT not in first.text
    assert "Scorecard 2025" in first.text


def test_it_is_found_from_the_start_page(client) -> None:
    text = client.get("/projects/small").text
    assert text.count('href="/projects/small/scorecard"') == 2  # navigation, and above the list
