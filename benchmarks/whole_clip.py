"""The whole clip, stage by stage, beside ffmpeg's zoompan in the same run.

    python benchmarks/whole_clip.py PHOTO [--prompt TEXT] [--runs 3] [--long]

Prints, as medians over the runs: wall and CPU seconds with start-up of `stillreel animate` for 5 s at 1024x576 and
24 fps, every stage's seconds (consistency runs beside the frames), peak memory; the same photo through ffmpeg zoompan +
libx264 veryfast; and the ratios. With --long also the memory of a 15 s clip and of a loop over that of a 5 s clip
(target: at most 1.2). The machine's load when it began stands first: on a busy machine only CPU seconds and ratios
mean anything.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ZOOMPAN = "scale=4096:-2,zoompan=z='1+0.15*on/120':d=120:s=1024x576:fps=24"
FFMPEG = ["ffmpeg", "-loglevel", "error", "-y", "-i"]
ENCODE = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18"]


def main() -> None:
    asked = _arguments()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    with tempfile.TemporaryDirectory() as folder:
        clips = [stillreel(asked.photo, asked.prompt, 5, Path(folder)) for _ in range(asked.runs)]
        _print_stages(clips)
        whole, cpu, memory = (_middle(clips, key) for key in ("wall", "cpu", "peak_memory_mb"))
        print(f"{'whole, with start-up':<24}{whole:8.2f} s    (target 30, aim 12)")
        print(f"{'CPU, both cores':<24}{cpu:8.2f} s    (no machine of 2 cores can be faster than half of it)")
        print(f"{'peak memory':<24}{memory:8.0f} MB   (target 1500)")
        if shutil.which("ffmpeg"):
            peers = [zoompan(asked.photo, Path(folder)) for _ in range(asked.runs)]
            wall, peer = _middle(peers, "wall"), _middle(peers, "cpu")
            print(f"{'ffmpeg zoompan':<24}{wall:8.2f} s    ratio {whole / wall:.1f} (aim 6), of CPU {cpu / peer:.1f}")
        for name, seconds, more in (("15 s clip", 15, []), ("5 s loop", 5, ["--loop"])) if asked.long else ():
            other = stillreel(asked.photo, asked.prompt, seconds, Path(folder), more)
            share = other["peak_memory_mb"] / memory
            print(f"{name:<24}{other['wall']:8.2f} s    CPU {other['cpu']:.1f} s, memory {share:.2f} times (aim 1.2)")


def stillreel(photo: Path, prompt: str, seconds: int, folder: Path, more: Sequence[str] = ()) -> dict[str, Any]:
    """The report of one run in a process of its own, with its `wall` and `cpu` seconds."""
    command = [sys.executable, "-m", "stillreel", "animate", str(photo), prompt, "--seconds", str(seconds)]
    command += ["--size", "1024x576", "-o", str(folder / "clip.mp4"), "--overwrite", *more]
    report = folder / "report.json"
    spent = _timed([*command, "--report", str(report)])
    return json.loads(report.read_text()) | spent


def zoompan(photo: Path, folder: Path) -> dict[str, float]:
    """`wall` and `cpu` seconds of ffmpeg's own still-to-clip zoom."""
    return _timed([*FFMPEG, str(photo), "-vf", ZOOMPAN, *ENCODE, str(folder / "zoompan.mp4")])


def _timed(command: Sequence[str]) -> dict[str, float]:
    """Wall seconds of a command, and CPU seconds of it and its children."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"wall": wall, "cpu": after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime}


def _middle(runs: Sequence[dict[str, Any]], key: str) -> float:
    return statistics.median(run[key] for run in runs)


def _print_stages(clips: list[dict[str, Any]]) -> None:
    for name in clips[0]["seconds"]:
        print(f"{name:<24}{statistics.median(clip['seconds'][name] for clip in clips):8.2f} s")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photo", type=Path)
    parser.add_argument("--prompt", default="slow push-in")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--long", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
