"""What ``install.sh`` tells to do next can be done in the shop as it is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from agent_tests.install.ground import ROOT


def told(opencart: Path) -> str:
    script = f"""set -euo pipefail
        . "{ROOT}/scripts/common.sh"; . "{ROOT}/scripts/install.sh"
        opencart="{opencart}" port=8765; next_steps"""
    done = subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True)
    return done.stderr


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ("extension", "Extensions > Installer, install 'ERP Bridge'"),
        ("extension/erp_bridge", "Do not delete it there"),
    ],
)
def test_an_extension_that_is_installed_is_not_to_be_deleted(
    tmp_path: Path, there: str, said: str
) -> None:
    (tmp_path / there).mkdir(parents=True)
    assert said in told(tmp_path)
    assert ("Do not delete it there" in told(tmp_path)) == there.endswith("erp_bridge")
