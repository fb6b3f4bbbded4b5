"""Records that stand for one facility: merged, or left for a person to decide.

Two records of one type, home unit and normalised name are one facility where they lie within
``MERGE_METRES`` of each other. Farther apart (typically a datum shift) or without a position they
are *in review*: never counted as a second facility, never silently dropped either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo_planner.hierarchy import IntArray

MERGE_METRES = 50.0
"""Our setting: well above the scatter of phone positions, well below a GCJ-02 shift."""

_NOISE = re.compile(r"[\s()（）\[\]【】〔〕「」\-_·.,，。、]+")


def normalised_name(names: pd.Series) -> pd.Series:
    """Return names without spaces, brackets and a closing 站, in one width and case."""
    plain = names.fillna("").astype(str).str.normalize("NFKC").str.lower()
    return plain.str.replace(_NOISE, "", regex=True).str.removesuffix("站")


@dataclass(frozen=True, eq=False)
class Duplicates:
    """Which records are the same facility.

    Attributes
    ----------
    same_as
        For each record the row of the record that stands for it (itself where it is single).
    review
        Records that look like another one but too far from it, or without a position, to merge.
    """

    same_as: IntArray
    review: npt.NDArray[np.bool_]

    @property
    def merged(self) -> npt.NDArray[np.bool_]:
        """Records merged into an earlier one."""
        return np.asarray(self.same_as != np.arange(len(self.same_as)), dtype=bool)

    @property
    def confirmed(self) -> npt.NDArray[np.bool_]:
        """Records that count as a facility of their own."""
        return ~self.merged & ~self.review


def find_duplicates(facilities: pd.DataFrame) -> Duplicates:
    """Compare records of one project; ``facilities`` is in a metric CRS.

    Only records that share type and home unit with another one have their names compared, so that
    a country's clean list costs one grouping.
    """
    count = len(facilities)
    same_as = np.arange(count)
    review = np.zeros(count, dtype=bool)
    if count < 2:
        return Duplicates(same_as, review)
    home = facilities["unit_id"] if "unit_id" in facilities else pd.Series("", facilities.index)
    place = pd.DataFrame(
        {"type": facilities["facility_type"].to_numpy(), "home": home.fillna("").to_numpy()}
    )
    suspects = np.flatnonzero(place.duplicated(keep=False).to_numpy())
    if not len(suspects):
        return Duplicates(same_as, review)
    place = place.iloc[suspects]
    place["name"] = normalised_name(facilities["name"].iloc[suspects]).to_numpy()
    place = place[place["name"] != ""]
    groups = place.groupby(["type", "home", "name"], sort=False).indices
    rows = place.index.to_numpy()
    shapes = shapely.centroid(facilities.geometry.to_numpy())
    for members in groups.values():
        if len(members) > 1:
            _settle(np.sort(rows[members]), shapes, same_as, review)
    return Duplicates(same_as, review)


def _settle(
    rows: IntArray,
    shapes: npt.NDArray[np.object_],
    same_as: IntArray,
    review: npt.NDArray[np.bool_],
) -> None:
    """Merge the near ones among namesakes and mark the others for review."""
    x, y = shapely.get_x(shapes[rows]), shapely.get_y(shapes[rows])
    placed = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    label = np.arange(len(rows))
    if len(placed) > 1:
        pairs = cKDTree(np.column_stack([x[placed], y[placed]])).query_pairs(
            MERGE_METRES, output_type="ndarray"
        )
        graph = coo_array(
            (np.ones(len(pairs)), (placed[pairs[:, 0]], placed[pairs[:, 1]])),
            shape=(len(rows), len(rows)),
        )
        label = connected_components(graph, directed=False)[1]
    first_of_all = label[0]
    for group in np.unique(label):
        members = rows[label == group]
        same_as[members] = members[0]
        if group != first_of_all:
            review[members] = True
