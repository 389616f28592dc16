"""Manner, types, layers and templates: what a machine can check without running the program."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable

CHECKS: dict[str, list[str | Path]] = {
    "ruff check": [PYTHON, "-m", "ruff", "check", "."],
    "ruff format": [PYTHON, "-m", "ruff", "format", "--check", "--output-format", "concise", "."],
    "mypy": [PYTHON, "-m", "mypy"],
    "lint-imports": [Path(PYTHON).parent / "lint-imports", "--no-logo"],
    "djlint": [PYTHON, "-m", "djlint", "--lint", "--quiet", "templates"],
}


@pytest.mark.early
@pytest.mark.parametrize("name", CHECKS)
def test_it_finds_nothing(name):
    done = subprocess.run(CHECKS[name], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
