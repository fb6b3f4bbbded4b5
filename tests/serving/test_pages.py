"""Pages for people: both languages, nothing foreign, names that try to break out do not."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from tests.serving.world import REGIMENT, SCRIPT

PAGES = [
    "/projects/small",
    f"/projects/small/indicators/{REGIMENT}",
    "/projects/small/indicators/infant_mortality_rate",
    "/projects/small/indicators/company_tap_water",
    "/projects/small/quality",
    "/projects/small/import",
    "/projects/small/history",
    "/projects/small/map",
    f"/projects/small/map?indicator={REGIMENT}",
    "/projects/small/map?facility_type=kindergarten",
    "/projects/small/map?facility_type=kindergarten&mode=drive",
    "/projects/small/access",
]


@pytest.fixture(autouse=True)
def _nothing_chosen_before(client: TestClient) -> None:
    client.cookies.clear()


CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("address", ["/", "/api", *PAGES])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_page_opens_and_names_no_foreign_host(
    client: TestClient, address: str, lang: str
) -> None:
    answer = client.get(address, params={"lang": lang})
    assert answer.status_code == 200
    assert f'lang="{lang}"' in answer.text
    foreign = re.findall(r"""(?:src|href|action)=["'](https?:)?//[^"']+""", answer.text)
    assert not foreign
    assert "url(http" not in answer.text


@pytest.mark.parametrize("address", PAGES)
def test_names_cannot_start_a_script(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert SCRIPT not in answer.text
    if "/map" not in address:
        assert "<script>" not in answer.text  # pages have no inline script at all
    assert "script-src" in answer.headers["content-security-policy"]
    assert "script-src 'unsafe-inline'" not in answer.headers["content-security-policy"]


def test_scripts_of_the_map_are_let_through_one_by_one(client: TestClient) -> None:
    answer = client.get("/projects/small/map")
    policy = answer.headers["content-security-policy"]
    scripts = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", answer.text)
    assert 1 <= policy.count("'sha256-") <= len(scripts)


def test_pages_are_chinese_even_in_an_english_browser(client: TestClient) -> None:
    answer = client.get("/projects/small", headers={"accept-language": "en-US,en;q=0.9"})
    assert 'lang="zh-CN"' in answer.text
    assert "目标一览" in answer.text


def test_a_language_that_was_chosen_stays(shelf: object) -> None:
    from api.app import create_app
    from api.settings import Settings

    visitor = TestClient(create_app(Settings.of(projects=shelf)))
    visitor.get("/?lang=en")
    assert 'lang="en"' in visitor.get("/projects/small").text
    visitor.get("/?lang=zh-CN")
    assert 'lang="zh-CN"' in visitor.get("/projects/small").text


def test_english_pages_hold_no_chinese_but_the_data(client: TestClient) -> None:
    text = client.get("/projects/small/import?lang=en").text
    rest = re.sub(r"中文|小世界|村级代码|[^<>]*</option>", "", text)
    assert not CHINESE.search(rest), CHINESE.search(rest)


def test_several_projects_are_listed_the_broken_one_marked(client: TestClient) -> None:
    text = client.get("/").text
    assert text.count("小世界") == 2
    assert 'class="broken"' in text
    assert "%E7%AC%AC%E4%BA%8C" in text  # the Chinese folder name, percent-encoded


def test_a_single_project_opens_at_once(own_client: TestClient) -> None:
    answer = own_client.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/projects/small")


def test_an_empty_folder_says_what_to_do(tmp_path: object) -> None:
    from api.app import create_app
    from api.settings import Settings

    text = TestClient(create_app(Settings.of(projects=tmp_path))).get("/").text
    assert "geo-planner demo" in text


def test_the_scoreboard_shows_both_shares_and_every_status(client: TestClient) -> None:
    text = client.get("/projects/small").text
    # One met, two not met among the priority A targets: 1 of 3 is 33.3 %.
    assert "33.3 %" in text
    assert "可判断的目标中已达标：3 项中的 1 项" in text
    assert "75.0 %" in text
    assert "≥ 90 %" in text
    assert "未达标" in text


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("status=met", "婴儿死亡率", "家长学校"),
        ("q=家长学校", "团场社区家长学校", "婴儿死亡率"),
        ("q=二(五)主要目标6", "家长学校", "婴儿死亡率"),
        ("q=PARENT_SCHOOL", "家长学校", "婴儿死亡率"),
    ],
)
def test_targets_can_be_filtered(client: TestClient, query: str, seen: str, unseen: str) -> None:
    text = client.get(f"/projects/small?{query}", headers={"hx-request": "true"}).text
    assert "<html" not in text  # htmx gets the piece alone
    assert seen in text
    assert unseen not in text


def test_all_145_targets_can_be_shown(client: TestClient) -> None:
    text = client.get("/projects/small?priority=all", headers={"hx-request": "true"}).text
    assert text.count("/indicators/") == 145


def test_the_page_of_a_figure_answers_why(client: TestClient) -> None:
    text = client.get(f"/projects/small/indicators/{REGIMENT}").text
    assert "90%的团场社区建立家长学校" in text
    assert "二(五)主要目标6" in text
    assert "没有登记设施" in text
    assert "units.csv" in text
    assert "和谐社区" in text


def test_why_names_the_nearest_facility_and_the_rows_of_the_files(client: TestClient) -> None:
    text = client.get(f"/projects/small/indicators/{REGIMENT}").text
    # C1 holds S1, the first facility: row 2 of the file.
    assert "幸福家长学校" in text
    assert "facilities.xlsx，第 2 行" in text
    # C4, the sixth unit, is underserved: row 7 of the units.
    assert "units.xlsx，第 7 行" in text
    assert "最近：" in text
    assert "增加 1 个单位" in text


def test_the_table_for_excel_is_in_words_and_keeps_twelve_digits(client: TestClient) -> None:
    address = f"/api/projects/small/coverage/{REGIMENT}/units.csv?words=true"
    lines = client.get(address).content.decode("utf-8-sig").splitlines()
    head, first = lines[0].split(","), lines[1].split(",")
    row = dict(zip(head, first, strict=True))
    # A tab after the code keeps Excel from writing it as a power of ten.
    assert row["代码"] == "C1\t"
    assert (row["覆盖情况"], row["上级单位"]) == ("已覆盖", "一团")
    assert row["设施"] == "幸福家长学校 S1"
    assert row["单位数据来源"] == "units.xlsx，第 4 行"
    assert "Name,Part of,Code" in client.get(f"{address}&lang=en").text
    # The name that would be a formula is not one.
    assert "'=HYPERLINK" in client.get(address).text


def test_a_reported_figure_shows_the_return_behind_it(client: TestClient) -> None:
    text = client.get("/projects/small/indicators/infant_mortality_rate").text
    assert "填报数据" in text
    assert "returns.csv，第 2 行" in text
    assert ">826<" in text


def test_a_target_without_data_says_what_to_import(client: TestClient) -> None:
    text = client.get("/projects/small/indicators/neonatal_mortality_rate").text
    assert "指标代码为 neonatal_mortality_rate 的监测数据" in text
    assert "未填报" in text
    assert "none" not in re.sub(r"<[^>]*>", "", text)


def test_a_made_up_project_says_so_on_every_page(tmp_path) -> None:
    from api.app import create_app
    from api.settings import Settings
    from tests.serving.world import new_project, units

    store = new_project(tmp_path / "made")
    store.commit_layer(units().assign(simulated=True), layer="units", file="more.csv")
    made = TestClient(create_app(Settings.of(projects=tmp_path)))
    for address in PAGES:
        text = made.get(address.replace("small", "made")).text
        assert "模拟数据" in text, address


def test_pages_about_what_is_not_there(client: TestClient) -> None:
    for address in ("/projects/none", "/projects/small/indicators/none", "/none"):
        answer = client.get(address, headers={"accept": "text/html"})
        assert answer.status_code == 404
        assert "未找到" in answer.text


def test_a_name_in_an_error_page_is_escaped(client: TestClient) -> None:
    answer = client.get(f"/projects/small/indicators/{SCRIPT}", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert SCRIPT not in answer.text


def test_the_import_page_checks_first_and_stores_second(own_client: TestClient) -> None:
    from tests.serving.test_uploads import BAD, GOOD

    def send(text: str, store_it: str, **headers: str):
        return own_client.post(
            "/projects/small/import",
            files={"file": ("facilities.csv", text.encode())},
            data={"layer": "facilities", "crs": "WGS84", "store_it": store_it},
            headers={"accept": "text/html", **headers},
        )

    refused = send(BAD, "false", **{"hx-request": "true"})
    assert refused.status_code == 422
    assert 'class="faults"' in refused.text
    assert "<html" not in refused.text
    assert "<html" in send(BAD, "false").text  # the same without htmx, as a whole page
    checked = send(GOOD, "false")
    assert 'class="result dry"' in checked.text
    assert len(own_client.get("/api/projects/small/history").json()) == 3
    stored = send(GOOD, "true", **{"hx-request": "true"})
    assert 'class="result stored"' in stored.text
    assert len(own_client.get("/api/projects/small/history").json()) == 4


def test_the_history_page_takes_the_last_import_back(own_client: TestClient) -> None:
    before = own_client.get("/projects/small/history").text
    assert before.count("<form") == 1
    answer = own_client.post("/projects/small/undo", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/projects/small/history")
    assert 'class="undone"' in own_client.get("/projects/small/history").text


def test_static_files_are_kept_for_long(client: TestClient) -> None:
    text = client.get("/projects/small").text
    for address in re.findall(r"/static/[^\"' )]+\.(?:css|js|svg|woff2?)", text):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "max-age=31536000" in answer.headers["cache-control"]


def test_pages_are_the_same_bytes_twice(client: TestClient) -> None:
    for address in PAGES:
        assert client.get(address).content == client.get(address).content


def test_a_filled_form_is_taken_to_the_reported_figures(client: TestClient) -> None:
    page = client.get("/projects/small/returns", params={"year": 2025}).text
    assert 'href="/projects/small/import?layer=observations"' in page
    form = client.get("/projects/small/import", params={"layer": "observations"}).text
    assert '<option value="observations" selected>' in form


def test_shares_follow_the_priority_chosen_and_say_which(client: TestClient) -> None:
    whole = client.get("/projects/small").text
    assert "count all" in whole or "按全部" in whole
    piece = client.get(
        "/projects/small", params={"priority": "all"}, headers={"hx-request": "true"}
    ).text
    assert 'id="shares" hx-swap-oob="true"' in piece
    assert "count all" not in piece
    assert "按全部" not in piece
