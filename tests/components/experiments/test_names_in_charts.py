"""Names of columns in charts of experiments."""

import pandas as pd

from components.experiments import result_charts
from components.experiments.summary import numbered


def test_names_that_are_cut_stay_apart() -> None:
    names = ["a prompt with a long name", "a prompt with a long name too", "plain"]
    shown = [numbered(number, names, 10) for number in range(3)]
    assert shown == ["1. a pro…name", "2. a pro…too", "3. plain"]


def test_points_that_lie_together_are_named_once() -> None:
    frame = pd.DataFrame({"passed": [0.5, 0.9, 0.52, 0.1], "label": list("abcd"), "seconds": [1.0] * 4})
    assert list(result_charts._apart(frame)["label"]) == ["b", "c", "d"]
    assert list(result_charts._apart(frame[:0])["label"]) == []
