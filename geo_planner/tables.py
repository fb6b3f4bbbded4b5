"""Canonical columns of the three tables, settled at the door so that nothing inside asks for names.

``units`` and ``facilities`` are GeoDataFrames in the project's metric CRS, indexed by ``unit_id``
and ``facility_id``; ``observations`` is a DataFrame. Missing text is ``None``/``NaN``, a missing
number is ``NaN`` (unknown, never zero), a missing date is ``NaT``, a missing shape is ``None``.
Every row keeps where it came from (``PROVENANCE``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["key", "text", "word", "number", "date", "list", "flag", "shape"]
LayerName = Literal["units", "facilities", "observations"]


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column: its name, what a cell holds, and its words in both languages."""

    name: str
    kind: ColumnKind
    zh: str
    en: str
    required: bool = False
    allowed: tuple[str, ...] = ()


PROVENANCE = ("source_file", "source_sheet", "source_row", "simulated")
"""Columns of every stored row: file as received, sheet or None, spreadsheet row, made-up or not."""

COMMUNITY_KINDS = ("urban", "regiment")
STATUSES = ("active", "planned", "suspended", "closed")
SEXES = ("male", "female")
HANDLING = ("open", "in_hand", "settled")
"""How far the handling of an early warning has come."""

UNIT_COLUMNS = (
    Column("unit_id", "key", "单位代码", "unit code", required=True),
    Column("name", "text", "名称", "name", required=True),
    Column("name_en", "text", "英文名称", "English name"),
    Column("kind", "word", "单位类型", "kind of unit", required=True),
    Column("community_kind", "word", "社区类别", "kind of community", allowed=COMMUNITY_KINDS),
    Column("parent_id", "text", "上级单位代码", "parent unit code"),
    Column("division_id", "text", "所属师代码", "division code"),
    Column("established_on", "date", "设立日期", "established on"),
    Column("abolished_on", "date", "撤销日期", "abolished on"),
    Column("geometry", "shape", "位置", "position"),
)
"""Beside these a unit has counts (numbers): an open list, the ``needs`` of the catalogue's rows."""

FACILITY_COLUMNS = (
    Column("facility_id", "key", "设施代码", "facility code", required=True),
    Column("name", "text", "名称", "name", required=True),
    Column("facility_type", "word", "设施类型", "facility type", required=True),
    Column("unit_id", "text", "所在单位代码", "home unit code"),
    Column("serves_units", "list", "服务单位代码", "units served"),
    Column("status", "word", "状态", "status", allowed=STATUSES),
    Column("opened_on", "date", "启用日期", "opened on"),
    Column("closed_on", "date", "停用日期", "closed on"),
    Column("capacity", "number", "容量", "capacity"),
    Column("geometry", "shape", "位置", "position"),
)
"""``serves_units`` is held as one text of unit codes joined by ``;`` (or None). Staff and other
counts (numbers) are an open list too."""

OBSERVATION_COLUMNS = (
    Column("indicator", "word", "指标代码", "indicator", required=True),
    Column("unit_id", "text", "单位代码", "unit code", required=True),
    Column("period", "text", "报告期", "period", required=True),
    Column("numerator", "number", "分子", "numerator"),
    Column("denominator", "number", "分母", "denominator"),
    Column("value", "number", "数值", "value"),
    Column("source", "text", "数据来源", "source"),
    Column("responsible", "text", "责任部门", "responsible unit"),
    Column("note", "text", "备注", "note"),
    Column("sex", "word", "性别", "sex", allowed=SEXES),
    Column("age_band", "text", "年龄段", "age band"),
    Column("reported_by", "text", "填报人", "reported by"),
    Column("checked_by", "text", "审核人", "checked by"),
    Column("reported_on", "date", "填报日期", "reported on"),
)
GROUP_COLUMNS = ("sex", "age_band")
"""What part of the children an observation is about. Empty text, never missing: all of them."""

OBSERVATION_KEY = ("indicator", "unit_id", "period", *GROUP_COLUMNS)
"""Columns that tell two observations apart."""

ACKNOWLEDGEMENT_COLUMNS = (
    Column("rule", "text", "预警规则", "rule", required=True),
    Column("indicator", "word", "指标代码", "indicator", required=True),
    Column("unit_id", "text", "单位代码", "unit code", required=True),
    Column("year", "text", "年度", "year", required=True),
    Column("state", "word", "处理状态", "state", required=True, allowed=HANDLING),
    Column("reason", "word", "原因", "reason"),
    Column("by", "text", "处理人", "by"),
    Column("on", "date", "处理日期", "on", required=True),
    Column("note", "text", "备注", "note"),
)
"""Of what somebody said about an early warning: rule, indicator, unit and year tell it apart."""

BARRIER_COLUMNS = (
    Column("kind", "word", "阻隔类型", "kind of barrier", required=True),
    Column("name", "text", "名称", "name"),
    Column("geometry", "shape", "线或面", "line or area", required=True),
)
"""Of the lines and areas that no off-road leg may cross; they have no key."""

CANDIDATE_COLUMNS = (
    Column("candidate_id", "key", "候选点代码", "candidate code"),
    Column("name", "text", "名称", "name"),
    Column("unit_id", "text", "所在单位代码", "unit code"),
    Column("cost", "number", "费用", "cost"),
    Column("capacity", "number", "容量", "capacity"),
    Column("suitability", "number", "适宜度", "suitability"),
    Column("geometry", "shape", "位置", "position"),
)
"""Of places where one might build. ``suitability`` is a share from 0 (not allowed) to 1."""

COLUMNS: dict[LayerName, tuple[Column, ...]] = {
    "units": UNIT_COLUMNS,
    "facilities": FACILITY_COLUMNS,
    "observations": OBSERVATION_COLUMNS,
}
KEYS: dict[LayerName, str | None] = {
    "units": "unit_id",
    "facilities": "facility_id",
    "observations": None,
}
