"""Set up and run, with nothing but Python 3.11 or newer: the demo, the tests, or every check.

    python3 scripts/run.py demo     install into .venv and assess the example ingot
    python3 scripts/run.py test     install with the development tools and run the tests; more words go to pytest
    python3 scripts/run.py check    the tests, then formatting, lint, types, layers, built files, docs, examples

``check --no-tests`` leaves the tests out. Every command makes ``.venv`` beside this directory if it is not there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
NEEDED = (3, 11)

INGOT = "examples/metals/ingot.yaml"
#: What ``sanctionsmodel check`` exits with while facts are missing, as they are in the example.
UNDETERMINED = 3


def say(text: str) -> None:
    """Print a line of our own, in order with what the commands print."""
    print(text, flush=True)


def call(*command: str | Path) -> int:
    """Run a command in the root of the project; return its exit code."""
    words = [str(word) for word in command]
    settings = {"PYTHONUTF8": "1", "NO_MKDOCS_2_WARNING": "1"}  # the second silences an advertisement
    return subprocess.run(words, cwd=ROOT, env={**os.environ, **settings}, check=False).returncode


# --------------------------------------------------------------------------------------------------------------- set up
def set_up(extra: str) -> None:
    """Make the virtual environment if needed and install the package with an extra; done once for each project file."""
    if not PYTHON.exists():
        make_environment()
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamps = [VENV / f".installed-{one}" for one in dict.fromkeys((extra, "dev"))]  # dev has all that the others have
    if any(stamp.exists() and stamp.read_text(encoding="ascii") == wanted for stamp in stamps):
        return
    say(f"Installing sanctionsmodel[{extra}] into .venv (once) ...")
    quiet = ("-qq", "--disable-pip-version-check")
    if call(PYTHON, "-m", "pip", "install", *quiet, "--editable", f".[{extra}]"):
        sys.exit("The installation failed; pip says why above.")
    stamps[0].write_text(wanted, encoding="ascii")


def make_environment() -> None:
    """Make ``.venv`` with pip in it."""
    say("Making .venv ...")
    if call(sys.executable, "-m", "venv", "--clear", VENV):
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit("This Python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv")


# ------------------------------------------------------------------------------------------------------------- commands
def demo() -> int:
    """Assess the example ingot against the law on Russian metals."""
    set_up("cli")
    say(f"\n$ sanctionsmodel check {INGOT} --theme metals\n")
    code = call(SCRIPTS / "sanctionsmodel", "check", INGOT, "--theme", "metals")
    say(f"Exit code {code}: 0 not covered or exempt, 1 covered, 2 bad input, 3 undetermined.")
    say(f"Now write `produced_on: 2024-05-02` into {INGOT} and run this again.")
    return 0 if code == UNDETERMINED else 1


def test(*more: str) -> int:
    """Run the tests."""
    set_up("dev")
    return call(PYTHON, "-m", "pytest", *more)


def check(*more: str) -> int:
    """Run the tests and every other check; stop at the first that fails."""
    if "--no-tests" not in more and (code := test()):
        return code
    set_up("dev")
    for title, command in steps():
        say(f"\n== {title}")
        if code := call(*command):
            say(f"== FAILED: {title}")
            return code
    say("\n== every check passed")
    return 0


def steps() -> list[tuple[str, tuple[str | Path, ...]]]:
    """Return the checks besides the tests, in order."""
    built = [
        script for script in sorted((ROOT / "scripts").glob("build_*.py")) if "--check" in script.read_text("utf-8")
    ]
    examples = sorted((ROOT / "examples").rglob("*.py"))
    return [
        ("formatting", (PYTHON, "-m", "ruff", "format", "--check", ".")),
        ("lint", (PYTHON, "-m", "ruff", "check", ".")),
        ("types, strict", (PYTHON, "-m", "mypy")),
        ("imports point down only", (SCRIPTS / "lint-imports",)),
        *((f"fresh: {script.stem}", (PYTHON, script, "--check")) for script in built),
        ("docs, warnings are errors", (PYTHON, "-m", "mkdocs", "build", "--strict", "--quiet")),
        ("docs make no outside request", (PYTHON, ROOT / "scripts" / "check_site.py")),
        *((f"example: {script.name}", (PYTHON, script)) for script in examples),
        ("the first command of the README", (sys.executable, __file__, "demo")),
    ]


def main(words: list[str]) -> int:
    """Run the command that was asked for."""
    commands = {"demo": demo, "test": test, "check": check}
    if not words or words[0] not in commands:
        say(__doc__ or "")
        return 2
    return commands[words[0]](*words[1:])


if __name__ == "__main__":
    if sys.version_info < NEEDED:
        sys.exit("sanctionsmodel needs Python 3.11 or newer; this is " + sys.version.split()[0])
    sys.exit(main(sys.argv[1:]))
