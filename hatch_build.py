"""What the wheel needs, for hatchling: the ranges of requirements*.txt, which are written nowhere else."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Requirements(MetadataHookInterface):
    def update(self, metadata: dict[str, Any]) -> None:
        metadata["dependencies"] = self._ranges("requirements.txt")
        metadata["optional-dependencies"] = {"cluster": self._ranges("requirements-cluster.txt")}

    def _ranges(self, name: str) -> list[str]:
        lines = (Path(self.root) / name).read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line and not line.startswith("#")]
