"""manage.py as a person starts it, in a small house of its own where what it starts only writes a log.

The virtual environment is real, and what is installed into it are packages that hold nothing but their name:
`python -m NAME` finds stand-ins in the working folder.
"""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from itertools import chain
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent

STAND_IN = """
import os, pathlib, signal, sys
import inspect_app
name = pathlib.Path(__file__).stem
words = " ".join([name, *sys.argv[1:]])
with open("log", "a") as log:
    print(words, file=log)
if words.endswith(" assets"):
    pathlib.Path(".assets").mkdir(exist_ok=True)
if "STAY" in os.environ and (" serve " in words or words.endswith(" worker")):
    signal.signal(signal.SIGINT, lambda *_: sys.exit())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    os.write(1, b"here\\n")  # two at once, each line whole
    signal.pause()
if name == "pytest":
    print("2 passed in 0.01s")
sys.exit(os.environ.get("FAILING", "nothing") in words)
"""


LISTS = {
    "requirements.txt": ["shared", "of-the-program"],
    "requirements-dev.txt": ["shared", "of-the-tests"],
    "requirements-sbom.txt": ["shared", "of-the-list"],
    "requirements-pip.txt": ["of-the-installer"],
}
"""The locked lists of a house, and what stands in each."""


def wheel(name: str, shelf: Path) -> str:
    """Put a package on the shelf; returns its lines in a locked list."""
    module = name.replace("-", "_")
    file, about = shelf / f"{module}-1.0-py3-none-any.whl", f"{module}-1.0.dist-info"
    if not file.exists():
        with ZipFile(file, "w") as packed:
            packed.writestr(f"{module}.py", "")
            packed.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            packed.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            packed.writestr(f"{about}/RECORD", "")
    return f"{name}==1.0 \\\n    --hash=sha256:{sha256(file.read_bytes()).hexdigest()}\n    # via nothing\n"


class House:
    """A folder with manage.py and stand-ins for everything that it starts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(ROOT / "manage.py", folder)
        for name in ("flask", "pytest", "bench", "cyclonedx_py"):
            (folder / f"{name}.py").write_text(STAND_IN)
        self.shelf = folder / "wheels"
        self.shelf.mkdir()
        for name, packages in LISTS.items():
            locks = [wheel(package, self.shelf) for package in packages]
            (folder / name).write_text("# locked\n" + "".join(locks))
        self.style = folder / "inspect_app" / "static" / "app.css"
        self.style.parent.mkdir(parents=True)
        self.style.write_text("body {}")
        self.program = folder / "inspect_app" / "__init__.py"
        self.program.touch()

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        inherited = {name: value for name, value in os.environ.items() if name not in ("HOST", "PORT")}
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=self.folder,
            env={**inherited, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.shelf), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def manage(self, *words: str, **environment: str) -> tuple[int, str]:
        started = self.start(*words, **environment)
        said, _ = started.communicate()
        return started.returncode, said

    def calls(self) -> list[str]:
        """What was started since the last time of asking, but for the worker, which comes and goes with the server."""
        log = self.folder / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        calls = [line.replace("flask --app inspect_app ", "") for line in lines]
        return [call for call in calls if call != "worker"]

    def installed(self) -> set[str]:
        """What of the shelf has been installed."""
        folders = (self.folder / ".venv").glob("lib/python*/site-packages/*.dist-info")
        found = {folder.name.partition("-")[0].replace("_", "-") for folder in folders}
        return found.intersection(package for packages in LISTS.values() for package in packages)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house that has been set up by a first run."""
    house = House(tmp_path_factory.mktemp("house"))
    code, said = house.manage("run")
    assert code == 0, said
    assert house.calls() == ["assets", "prepare", "serve --host 127.0.0.1 --port 8000"]
    assert house.installed() == {"shared", "of-the-program"}
    return house


def test_a_later_run_sets_nothing_up_again(house):
    code, said = house.manage("run")
    assert (code, said) == (0, "")
    assert house.calls() == ["prepare", "serve --host 127.0.0.1 --port 8000"]


def test_the_program_is_compiled_once_whatever_the_surroundings_say(house):
    shutil.rmtree(house.program.parent / "__pycache__", ignore_errors=True)
    house.manage("run", PYTHONDONTWRITEBYTECODE="1")
    house.calls()
    assert list((house.program.parent / "__pycache__").glob("__init__*.pyc"))


@pytest.mark.parametrize(
    ("reached", "people", "asked"),
    [("0002", 1, ["serve"]), ("0001", 1, ["prepare", "serve"]), ("0002", 0, ["prepare", "serve"])],
)
def test_a_database_that_is_up_to_date_and_has_people_is_not_prepared_again(house, tmp_path, reached, people, asked):
    migrations = house.folder / "inspect_app" / "migrations" / "versions"
    migrations.mkdir(parents=True, exist_ok=True)
    for name in ("0001_schema.py", "0002_more.py"):
        (migrations / name).touch()
    with closing(sqlite3.connect(tmp_path / "inspect.sqlite", isolation_level=None)) as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES (?)", [reached])
        database.execute("CREATE TABLE person (id INTEGER)")
        database.executemany("INSERT INTO person VALUES (?)", [[number] for number in range(people)])
    house.manage("run", INSTANCE_PATH=str(tmp_path))
    assert [call.split()[0] for call in house.calls()] == asked
    house.manage("run", INSTANCE_PATH=str(tmp_path), DATABASE_URL="postgresql://nobody@127.0.0.1/none")
    assert [call.split()[0] for call in house.calls()] == ["prepare", "serve"]


def test_a_changed_style_sheet_is_cut_again(house):
    house.style.write_text("body { margin: 0 }")
    house.manage("run")
    assert house.calls()[0] == "assets"


def test_address_comes_from_the_environment_and_words_overrule_it(house):
    house.manage("run", "--port", "8124", HOST="0.0.0.0", PORT="8123")
    assert house.calls()[-1] == "serve --host 0.0.0.0 --port 8124"


def test_a_port_that_is_no_number_is_refused_in_a_sentence(house):
    code, said = house.manage("run", PORT="eighty")
    assert code == 2
    assert said.endswith("argument --port: invalid int value: 'eighty'\n")
    assert house.calls() == []


def test_nothing_is_served_when_the_database_cannot_be_brought_up_to_date(house):
    code, said = house.manage("run", FAILING="prepare")
    assert code == 1
    assert said == "Could not run `flask --app inspect_app prepare`; the reason stands above.\n"
    assert house.calls() == ["prepare"]


def test_the_exit_code_of_a_server_that_ends_by_itself_is_handed_on(house):
    code, _ = house.manage("run", FAILING="serve")
    assert code == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_when_told(house, number):
    started = house.start("run", STAY="yes")
    assert started.stdout is not None
    assert [started.stdout.readline() for _server_and_worker in range(2)] == ["here\n"] * 2
    if number == signal.SIGINT:
        os.killpg(started.pid, number)  # as a terminal does
    else:
        started.send_signal(number)
    said, _ = started.communicate()
    assert (started.returncode, said) == (0, "Stopped.\n")


def test_two_starts_at_once_set_up_once(house):
    shutil.rmtree(house.folder / ".assets")
    house.calls()
    both = [house.start("run"), house.start("run")]
    for started in both:
        started.communicate()
    assert [started.returncode for started in both] == [0, 0]
    assert house.calls().count("assets") == 1


def test_what_pytest_says_and_how_it_ends_is_handed_on(house):
    house.calls()
    code, said = house.manage("test", "tests/findings", "-x")
    assert (code, said.splitlines()[-1]) == (0, "2 passed in 0.01s")
    assert house.calls() == ["pytest -n auto --dist worksteal tests/findings -x"]
    code, _ = house.manage("test", FAILING="pytest")
    assert code == 1


@pytest.mark.parametrize(("words", "selection"), [([], ""), (["--all"], "-m long or not long --both ")])
def test_long_tests_run_only_when_asked_for(house, words, selection):
    house.calls()
    programs = house.folder / ".venv" / "bin"
    for name in ("soffice", "libsclo.so", "clamd", "strace"):  # the long tests need them; nothing is installed here
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    house.manage("test", *words, "-k", "life", PATH=f"{programs}:{os.environ['PATH']}")
    assert house.calls()[-1] == f"pytest -n auto --dist worksteal {selection}-k life"


def test_what_tests_and_lists_need_is_installed_for_them_alone(house):
    house.manage("test")
    assert house.installed() >= {"of-the-tests", "of-the-installer"}
    house.manage("sbom", "made-of.json")
    listed = f"{house.folder / 'requirements.txt'} --output-reproducible --output-file made-of.json"
    assert house.calls()[-1] == f"cyclonedx_py requirements {listed}"
    assert house.installed() == {*chain.from_iterable(LISTS.values())}


def test_an_environment_that_another_folder_has_is_left_as_it_is(house, tmp_path):
    theirs, ours = tmp_path / "theirs", house.folder / ".venv"
    theirs.mkdir()
    (theirs / "kept").touch()
    ours.rename(tmp_path / "before")
    ours.symlink_to(theirs)
    code, said = house.manage("run")
    assert code == 0, said
    assert [path.name for path in theirs.iterdir()] == ["kept"]
    assert not ours.is_symlink()
    assert house.installed() == {"shared", "of-the-program"}


def test_a_package_that_is_not_what_was_locked_is_refused_and_nothing_runs(house):
    locked = house.folder / "requirements-dev.txt"
    before = locked.read_text()
    locked.write_text(before + wheel("forged", house.shelf))
    with ZipFile(house.shelf / "forged-1.0-py3-none-any.whl", "a") as packed:
        packed.writestr("more.py", "")
    house.calls()
    code, said = house.manage("test")
    locked.write_text(before)
    assert (code, house.calls()) == (1, [])
    assert "DO NOT MATCH THE HASHES" in said


@pytest.mark.parametrize("name", ["requirements-dev.txt", "requirements-sbom.txt", "requirements-optional.txt"])
def test_what_the_program_has_too_is_locked_alike(name):
    """The lists are installed side by side, and of what several name the program's is taken."""
    ours, theirs = (
        dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / file).read_text(), re.MULTILINE))
        for file in ("requirements.txt", name)
    )
    assert {package: version for package, version in theirs.items() if package in ours}.items() <= ours.items()


def test_what_is_to_be_measured_is_handed_on_once_everything_is_there(house):
    code, _ = house.manage("bench", "fill", "--findings", "1000", "--database", "sqlite")
    assert code == 0
    assert house.calls()[-1] == "bench fill --findings 1000 --database sqlite"
    code, _ = house.manage("bench", "fill", "--database", "sqlite", FAILING="bench")
    assert code == 1


def test_help_names_both_commands_and_the_settings(house):
    code, said = house.manage()
    assert code == 0
    for word in (
        "run",
        "test",
        "DATABASE_URL",
        "SECRET_KEY",
        "INSTANCE_PATH",
        "HOST",
        "PORT",
        "DEMO_PASSWORD",
        "PUBLIC_URL",
        "SMTP_HOST",
    ):
        assert word in said
