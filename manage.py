"""Set up, run and test the program with nothing but Python 3.11 or newer.

    python3 manage.py run [--host HOST] [--port PORT]
    python3 manage.py test [--all] [pytest arguments]
    python3 manage.py bench [part …] [--findings N] [--database sqlite|postgresql]
    python3 manage.py setup [--optional]
    python3 manage.py sbom FILE

Each makes what it needs first (`.venv`, `.assets`) and remakes it when what it was made from has changed; when
nothing has, that costs a few file reads. Standard library only, and nothing on the way to `run` that Windows
lacks: this file runs before anything is installed. What it does to the database it leaves to the operator
commands of `flask --app inspect_app`.
"""

import argparse
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

if sys.version_info < (3, 11):  # before anything that an older Python would stumble over
    sys.exit("This needs Python 3.11 or newer; this is Python %d.%d." % sys.version_info[:2])

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
ASSETS = ROOT / ".assets"
WINDOWS = os.name == "nt"
SCRIPTS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = SCRIPTS / ("python.exe" if WINDOWS else "python")

Command = list[str | Path]

RUN = [ROOT / "requirements.txt"]
OPTIONAL = [*RUN, ROOT / "requirements-optional.txt"]
TEST = [*RUN, ROOT / "requirements-dev.txt"]
QUICK = ROOT / "requirements-pip.txt"
"""What installs the other lists in half the time that Python 3.11's own pip needs."""
SBOM = [*RUN, ROOT / "requirements-sbom.txt"]
LOCKED = re.compile(r"^([\w.-]+)==.*\n(?: .*\n?)*", re.MULTILINE)
"""A package as uv locks it: its name, version and platforms, and its hashes on the lines that follow."""

ENVIRONMENT = """\
environment:
  DATABASE_URL    postgresql://USER@HOST/NAME or sqlite:///FILE; without it, SQLite in the instance folder
  SECRET_KEY      signs cookies; without it, a random one kept in the instance folder
  INSTANCE_PATH   where the database, the secret and the evidence lie; without it, instance/
  HOST, PORT      the address to serve; without them, 127.0.0.1 and 8000
  DEMO_PASSWORD   the password of the demo people; without it, a random one printed once
  PUBLIC_URL      where people find the program, for links in mails and calendars
  SMTP_HOST       the mail server; without it people are told on screen alone. With it also MAIL_FROM, and where
                  needed SMTP_PORT, SMTP_SECURITY (none, starttls, tls), SMTP_USER, SMTP_PASSWORD
"""


class Terminated(BaseException):
    """The system asked the program to end (SIGTERM)."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="manage.py",
        description="Set up, run and test the inspection register with nothing but Python 3.11 or newer.",
        epilog=ENVIRONMENT + "\nEverything else an operator does: .venv/bin/flask --app inspect_app --help",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="{run,test,bench,setup,sbom}")
    to_run = commands.add_parser("run", help="set up what is missing and serve; an empty database gets the demo")
    to_run.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help="default: %(default)s")
    to_run.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"), help="default: %(default)s")
    to_test = commands.add_parser("test", help="run the checks and the tests; further arguments go to pytest")
    to_test.add_argument("--all", action="store_true", help="the tests that take minutes, too")
    said = "fill databases and measure what pages cost on them; `bench --help` tells more"
    commands.add_parser("bench", help=said, add_help=False)
    to_set_up = commands.add_parser("setup", help="set up what is missing, for services that start by themselves")
    to_set_up.add_argument("--optional", action="store_true", help="what only some installations need, too")
    to_list = commands.add_parser("sbom", help="write the list of what the program is made of (CycloneDX, JSON)")
    to_list.add_argument("file", type=Path)
    arguments, further = parser.parse_known_args()

    if arguments.command == "test":
        return test(further, long=arguments.all)
    if arguments.command == "bench":
        return bench(further)
    if further:
        parser.error(f"unrecognized arguments: {' '.join(further)}")
    if arguments.command == "run":
        return run(arguments.host, arguments.port)
    if arguments.command == "setup":
        with one_at_a_time():
            set_up(OPTIONAL if arguments.optional else RUN)
        return 0
    if arguments.command == "sbom":
        return sbom(arguments.file)
    parser.print_help()
    return 0


def run(host: str, port: int) -> int:
    """Set up, bring the database up to date, put the demo into an empty one, and serve until told to stop."""
    with one_at_a_time():
        set_up(RUN)
        if not prepared():
            operate("prepare")
    return serve(host, port)


def test(pytest_arguments: list[str], *, long: bool) -> int:
    """Set up what tests need and run them, the checks of manner, types and layers among them (tests/test_checks.py).

    Returns:
        The exit code of pytest.
    """
    with one_at_a_time(), ThreadPoolExecutor() as beside:
        packages = beside.submit(need_browser_and_database, office=long)
        set_up(TEST, "--no-compile", by=QUICK)  # what the tests import is compiled then; that is less than half
        packages.result()
    selection = ["-m", "long or not long", "--both"] if long else []
    pytest: Command = [PYTHON, "-m", "pytest", "-n", "auto", "--dist", "worksteal", *selection, *pytest_arguments]
    return subprocess.run(pytest, cwd=ROOT, env=environment()).returncode


def bench(words: list[str]) -> int:
    """Set up what measuring needs and measure; `words` are read by bench/__main__.py.

    Returns:
        Its exit code.
    """
    with one_at_a_time():
        if "sqlite" not in words and not {"-h", "--help"}.intersection(words):
            need({"postgresql": has_postgresql()})
        set_up(TEST)
    return subprocess.run([PYTHON, "-m", "bench", *words], cwd=ROOT, env=environment()).returncode


def sbom(file: Path) -> int:
    """Write what the locked requirements name, with versions, hashes and where each comes from, in CycloneDX's JSON.

    Returns:
        The exit code of the program that writes it.
    """
    with one_at_a_time():
        set_up(SBOM)
    listing: Command = [PYTHON, "-m", "cyclonedx_py", "requirements", ROOT / "requirements.txt"]
    told: Command = ["--output-reproducible", "--output-file", file]
    return subprocess.run([*listing, *told], env=environment()).returncode


def set_up(requirements: list[Path], *pip_options: str, by: Path | None = None) -> None:
    """Make .venv, install the locked requirements, cut fonts and compile messages: each only when due.

    What the program needs comes first in `requirements`. Whatever else is due is installed beside it and beside the
    assets, for which the program's own packages are enough. The pip that a list names (`by`) is installed before.
    """
    made_by = fingerprint([], sys.version, str(ROOT))
    if not PYTHON.exists() or stamp("python") != made_by:
        if importlib.util.find_spec("ensurepip") is None:
            sys.exit("Python cannot make virtual environments here: install the package python3-venv first.")
        say("Making .venv...")
        if VENV.is_symlink():  # what it leads to is another checkout's, and would be emptied
            VENV.unlink()
        must([sys.executable, "-m", "venv", "--clear", VENV], "make .venv")
        set_stamp("python", made_by)

    due = [path for path in requirements if stamp(path.name) != fingerprint([path])]
    if due:
        say("Installing what the program needs...")
    if due and by and stamp(by.name) != fingerprint([by]):
        install(by, options=pip_options)
    with ThreadPoolExecutor() as beside:
        further = [
            beside.submit(install, path, but=requirements[:place], options=pip_options)
            for place, path in enumerate(requirements)
            if place and path in due
        ]
        if requirements[0] in due:
            install(requirements[0], options=pip_options)
        make_assets()
        for installing in further:
            installing.result()


def install(path: Path, *, but: Sequence[Path] = (), options: Sequence[str] = ()) -> None:
    """Install a locked list, except for the packages that others (`but`) bring.

    A lock names whatever is needed by what it names. So nothing is looked for beside it (`--no-deps`), and two lists
    can be installed at once when they share no package: most of the time goes to reading the index, in one process.
    """
    brought = {name for other in but for name in LOCKED.findall(other.read_text(encoding="utf-8"))}
    rest = LOCKED.sub(
        lambda found: "" if found[1] in brought else found[0],
        path.read_text(encoding="utf-8"),
    )
    pip: Command = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", *options]
    with tempfile.TemporaryDirectory() as aside:
        file = Path(aside) / path.name
        file.write_text(rest, encoding="utf-8")
        must([*pip, "-r", file], f"install {path.name}")
    set_stamp(path.name, fingerprint([path]))


def make_assets() -> None:
    """Cut fonts and compile messages, unless they are made from what is there."""
    sources = fingerprint([*RUN, *sources_of_assets()])
    if not ASSETS.is_dir() or stamp("assets") != sources:
        say("Cutting fonts and compiling messages...")
        with tempfile.TemporaryDirectory() as aside:  # no secrets and no database come of it where the program lies
            must(flask("assets"), "make .assets", {**environment(), "INSTANCE_PATH": aside, "DATABASE_URL": ""})
        set_stamp("assets", sources)


def sources_of_assets() -> list[Path]:
    """What `flask --app inspect_app assets` works on, and the code that does it."""
    patterns = ("static/**/*", "translations/**/*.po", "web/assets*", "web/assets/*")
    found = {path for pattern in patterns for path in (ROOT / "inspect_app").glob(pattern)}
    return sorted(path for path in found if path.is_file())


def need_browser_and_database(*, office: bool) -> None:
    """Install Chromium and PostgreSQL on Debian as root; elsewhere say what to install, and end.

    The long tests also open letters and sheets in LibreOffice, ask ClamAV's daemon about a file and trace what
    is synced (`office`).
    """
    present = {"chromium-headless-shell": shutil.which("chromium-headless-shell"), "postgresql": has_postgresql()}
    if office:
        present["libreoffice-writer-nogui"] = writer = shutil.which("soffice")
        present["libreoffice-calc-nogui"] = writer and (Path(writer).resolve().parent / "libsclo.so").exists()
        present["strace"] = shutil.which("strace")
        present["clamav-daemon"] = shutil.which("clamd", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    need(present)


def has_postgresql() -> bool:
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def need(present: Mapping[str, object]) -> None:
    """Install the packages of which nothing was found, or say which they are and end."""
    missing = [package for package, found in present.items() if not found]
    if not missing:
        return
    apt = shutil.which("apt-get")
    if WINDOWS or not apt or os.geteuid() != 0:
        sys.exit(f"This needs more than Python. Run this first: sudo apt-get install {' '.join(missing)}")
    say(f"Installing {' and '.join(missing)}...")
    quietly = {**environment(), "DEBIAN_FRONTEND": "noninteractive"}
    must([apt, "-qq", "update"], "refresh the list of Debian packages", quietly)
    must([apt, "-qq", "install", "--yes", "--no-install-recommends", *missing], "install them", quietly)


def serve(host: str, port: int) -> int:
    """Serve, remind and send mail until Ctrl-C or SIGTERM, let what is under way be finished, and return 0.

    Returns:
        The server's own exit code when it ended by itself.
    """
    server = subprocess.Popen(flask("serve", "--host", host, "--port", str(port)), cwd=ROOT, env=environment())
    worker = None
    try:
        worker = subprocess.Popen(flask("worker"), cwd=ROOT, env=environment())
        return server.wait()
    except KeyboardInterrupt:
        pass  # the terminal told them, too
    except Terminated:
        server.terminate()
    finally:
        if worker:
            worker.terminate()
            end(worker)
        end(server)
    say("Stopped.")
    return 0


def end(started: subprocess.Popen[bytes]) -> None:
    """Wait until it has ended; insist where that takes long."""
    for insist in (started.terminate, started.kill):
        try:
            started.wait(timeout=5)
            return
        except subprocess.TimeoutExpired:
            insist()
    started.wait()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let two first starts at once set up one after the other.

    SQLite's is the one file lock that every system's Python has, and it goes when its holder dies.
    """
    lock = sqlite3.connect(ROOT / ".setup.lock", timeout=1, isolation_level=None)
    told = False
    while True:
        try:
            lock.execute("BEGIN EXCLUSIVE")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            if not told:
                say("Another set-up is under way here; waiting for it...")
            told = True
    try:
        yield
    finally:
        lock.close()


def prepared() -> bool:
    """Whether SQLite in the instance folder is at the newest migration and knows people: a look of milliseconds.

    Any other database is left to `prepare`, which has to load the whole program before it can look.
    """
    if os.environ.get("DATABASE_URL"):
        return False
    file = ROOT / (os.environ.get("INSTANCE_PATH") or "instance") / "inspect.sqlite"
    migrations = (ROOT / "inspect_app" / "migrations" / "versions").glob("[0-9]*.py")
    newest = max((path.name.partition("_")[0] for path in migrations), default="")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            reached = database.execute("SELECT version_num FROM alembic_version").fetchall()
            return reached == [(newest,)] and bool(database.execute("SELECT 1 FROM person LIMIT 1").fetchall())
    except sqlite3.Error:
        return False


def operate(*command: str) -> None:
    must(flask(*command), f"run `flask --app inspect_app {' '.join(command)}`")


def flask(*command: str) -> Command:
    return [PYTHON, "-m", "flask", "--app", "inspect_app", *command]


def must(command: Command, purpose: str, env: dict[str, str] | None = None) -> None:
    """Run a command that the rest depends on, and end if it fails: it has said why."""
    if subprocess.run(command, cwd=ROOT, env=env or environment()).returncode:
        sys.exit(f"Could not {purpose}; the reason stands above.")


def environment() -> dict[str, str]:
    """What was set for us, handed on; Vietnamese is printed as UTF-8 whatever the terminal's language.

    Bytecode is kept whatever was set: compiling the program anew takes half the time of a start.
    """
    handed_on = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**handed_on, "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def fingerprint(paths: list[Path], *words: str) -> str:
    digest = hashlib.sha256("\0".join(words).encode())
    for path in paths:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def stamp(name: str) -> str | None:
    """What the part of that name was last made from, or None."""
    try:
        return (VENV / f".{name}.stamp").read_text()
    except FileNotFoundError:
        return None


def set_stamp(name: str, content: str) -> None:
    (VENV / f".{name}.stamp").write_text(content)


def say(sentence: str) -> None:
    """Print before what the next program prints."""
    print(sentence, flush=True)


def terminate(number: int, frame: object) -> None:
    raise Terminated


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, terminate)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a script may have started us deaf to it
    try:
        sys.exit(main())
    except (KeyboardInterrupt, Terminated):
        sys.exit("Stopped before it was done.")
