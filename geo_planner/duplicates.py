"""Records that stand for one facility: merged, or left for a person to decide.

Two records of one type, home unit and normalised name are one facility where they lie within
``MERGE_METRES`` of each other. Farther apart (typically a datum shift) or without a position they
are *in review*: never counted as a second facility, never silently dropped either. Records that
name no home unit and lie farther apart are facilities of their own.
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
    """Which records may be the same facility, whatever the date.

    Attributes
    ----------
    namesakes
        Group of records that share type, home unit and normalised name; -1 where there is only one.
    cluster
        Group of namesakes within ``MERGE_METRES`` of each other; -1 likewise.
    order
        Place of each grouped record by facility code, so that row order decides nothing.
    """

    namesakes: IntArray
    cluster: IntArray
    order: IntArray

    def standing(self, rows: IntArray) -> Standing:
        """Decide which of the records in ``rows`` (those that work on a date) stand for which."""
        rows = np.asarray(rows, dtype=np.intp)
        merged, review = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
        grouped = np.flatnonzero(self.cluster[rows] >= 0)
        grouped = grouped[np.argsort(self.order[rows[grouped]], kind="stable")]
        if len(grouped):
            cluster, names = self.cluster[rows[grouped]], self.namesakes[rows[grouped]]
            _, first = np.unique(cluster, return_index=True)
            later = np.ones(len(grouped), dtype=bool)
            later[first] = False
            merged[grouped] = later
            _, leader, group = np.unique(names, return_index=True, return_inverse=True)
            review[grouped] = cluster != cluster[leader][group]
        return Standing(rows, merged & ~review, review)


@dataclass(frozen=True, eq=False)
class Standing:
    """Records of one date: each counts, repeats another one, or is in review.

    Attributes
    ----------
    rows
        Row numbers in the facilities table.
    merged
        Records merged into another one of lower code.
    review
        Records that look like another one but lie too far from it, or have no position.
    """

    rows: IntArray
    merged: npt.NDArray[np.bool_]
    review: npt.NDArray[np.bool_]

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
    found = Duplicates(*(np.full(count, -1, dtype=np.intp) for _ in range(3)))
    home = (
        facilities["unit_id"].astype(object)
        if "unit_id" in facilities
        else pd.Series("", facilities.index)
    )
    place = pd.DataFrame(
        {"type": facilities["facility_type"].to_numpy(), "home": home.fillna("").to_numpy()}
    )
    suspects = np.flatnonzero(place.duplicated(keep=False).to_numpy())
    if not len(suspects):
        return found
    place = place.iloc[suspects]
    place["name"] = normalised_name(facilities["name"].iloc[suspects]).to_numpy()
    place = place[(place["name"] != "") & place.duplicated(keep=False)]
    rows = place.index.to_numpy()
    found.order[rows[np.argsort(facilities.index.to_numpy(dtype=str)[rows])]] = np.arange(len(rows))
    x, y = np.full(count, np.nan), np.full(count, np.nan)
    points = shapely.centroid(facilities.geometry.to_numpy()[rows])
    x[rows], y[rows] = shapely.get_x(points), shapely.get_y(points)
    groups = place.groupby(["type", "home", "name"], sort=False).indices
    for number, ((_, unit, _), members) in enumerate(groups.items()):
        same = rows[members]
        found.cluster[same] = cluster = same[_first_near(x[same], y[same])]
        # A chain has one name in many places: far apart, only one unit makes them suspicious.
        apart = np.isfinite(x[same]) & (unit == "")
        found.namesakes[same] = np.where(apart, len(groups) + cluster, number)
    return found


def _first_near(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> IntArray:
    """Return for each point the first one it is linked to by steps of at most ``MERGE_METRES``."""
    placed = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if len(placed) < 2:
        return np.arange(len(x))
    pairs = cKDTree(np.column_stack([x[placed], y[placed]])).query_pairs(
        MERGE_METRES, output_type="ndarray"
    )
    links = (np.ones(len(pairs)), (placed[pairs[:, 0]], placed[pairs[:, 1]]))
    label = connected_components(coo_array(links, shape=(len(x), len(x))), directed=False)[1]
    return np.asarray(np.unique(label, return_index=True)[1][label], dtype=np.intp)
