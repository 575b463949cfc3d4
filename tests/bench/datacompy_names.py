"""Which pairs of names datacompy joins: JSON in, JSON out, in an environment that has it."""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any


def _main() -> None:
    datacompy: Any = importlib.import_module("datacompy")
    pandas: Any = importlib.import_module("pandas")
    make = getattr(datacompy, "PandasCompare", None) or datacompy.Compare
    joined = []
    for pair in json.load(sys.stdin):
        frames = (pandas.DataFrame({"name": [each]}) for each in pair)
        found = make(*frames, join_columns=["name"], ignore_spaces=True, ignore_case=True)
        joined.append(bool(len(found.intersect_rows)))
    json.dump(joined, sys.stdout)


if __name__ == "__main__":
    _main()
