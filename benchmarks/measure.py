"""Run a process and measure it; describe the machine and what is installed on it."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "polars", "pandas", "pyarrow", "numpy")
# ru_maxrss is in KiB, on macOS in bytes.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class ProcessError(Exception):
    """A process ended with an error; the text is the end of what it printed."""


@dataclass(frozen=True)
class Measurement:
    """What a process took, from its start to its end."""

    seconds: float
    cpu_seconds: float
    peak_mib: int


def measure(
    command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None
) -> Measurement:
    """Run a command that must go well; what it prints goes to the log.

    The peak is that of the process itself: all contenders are one process with threads. It cannot
    be less than that of this process, which therefore imports nothing large.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    # What the one before wrote is not left for this one to wait for.
    os.sync()
    with log.open("w", encoding="utf-8") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        end = log.read_text(encoding="utf-8", errors="replace").strip()[-3000:]
        raise ProcessError(f"exit code {process.returncode}:\n{end}")
    return Measurement(
        seconds=round(seconds, 3),
        cpu_seconds=round(usage.ru_utime + usage.ru_stime, 3),
        peak_mib=usage.ru_maxrss * RSS_UNIT // 2**20,
    )


def read_through(path: Path) -> None:
    """Read a file, so that it lies in the page cache."""
    with path.open("rb", buffering=0) as file:
        while file.read(2**20):
            pass


def machine() -> dict[str, Any]:
    """What this runs on."""
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": system(),
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def cpu_model() -> str:
    """The name of the processor, as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def system() -> str:
    """The operating system and the version of its kernel, without the build's own name."""
    kernel = f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}"
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return f"{kernel}, {platform.machine()}"
    return f"{name}, {kernel}, {platform.machine()}"


def versions() -> dict[str, str | None]:
    """The versions of Python and of the packages that are measured."""
    found: dict[str, str | None] = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found
