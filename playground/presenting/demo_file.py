"""Demos as YAML."""

import json

from playground.presenting.demo import Demo
from playground.text.marked_yaml import MistakenFileError, read_marked, write_yaml

LONGEST_DEMO = 500_000
"""Characters."""


class DemoFileError(MistakenFileError):
    """A file is no demo."""


def read_demo(text: str) -> Demo:
    """The demo in a YAML file. Raises DemoFileError."""
    return read_marked(text, Demo, error=DemoFileError, begins="a demo begins with `title:`", longest=LONGEST_DEMO)


def write_demo(demo: Demo) -> str:
    """The YAML of a demo, without what is as it would be anyway; it reads as the same demo."""
    return write_yaml(json.loads(demo.model_dump_json(exclude_defaults=True)))
