"""The whole clip, stage by stage, beside ffmpeg's zoompan in the same run.

    python benchmarks/whole_clip.py PHOTO [--prompt TEXT] [--runs 3] [--long]

Prints, as medians over the runs: wall seconds with start-up of `stillreel animate` for 5 s at 1024x576 and 24 fps,
every stage's seconds, peak memory; the same photo through ffmpeg zoompan + libx264 veryfast; and the ratio. With
--long also the memory of a 15 s clip over that of a 5 s clip (target: at most 1.2).
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ZOOMPAN = "scale=4096:-2,zoompan=z='1+0.15*on/120':d=120:s=1024x576:fps=24"
FFMPEG = ["ffmpeg", "-loglevel", "error", "-y", "-i"]
ENCODE = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18"]


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        clips = [stillreel(asked.photo, asked.prompt, 5, Path(folder)) for _ in range(asked.runs)]
        _print_stages(clips)
        whole = statistics.median(clip["wall"] for clip in clips)
        memory = statistics.median(clip["peak_memory_mb"] for clip in clips)
        print(f"{'whole, with start-up':<24}{whole:8.2f} s    (target 30, aim 12)")
        print(f"{'peak memory':<24}{memory:8.0f} MB   (target 1500)")
        if shutil.which("ffmpeg"):
            peer = statistics.median(zoompan(asked.photo, Path(folder)) for _ in range(asked.runs))
            print(f"{'ffmpeg zoompan':<24}{peer:8.2f} s    ratio {whole / peer:.1f} (aim 6)")
        if asked.long:
            long = stillreel(asked.photo, asked.prompt, 15, Path(folder))
            share = long["peak_memory_mb"] / memory
            print(f"{'15 s clip':<24}{long['wall']:8.2f} s    memory {share:.2f} times the 5 s clip's (target 1.2)")


def stillreel(photo: Path, prompt: str, seconds: float, folder: Path) -> dict[str, Any]:
    """The report of one run in a process of its own, with its `wall` seconds."""
    command = [sys.executable, "-m", "stillreel", "animate", str(photo), prompt, "--seconds", str(seconds)]
    command += ["--size", "1024x576", "-o", str(folder / "clip.mp4"), "--overwrite", "--report"]
    report = folder / "report.json"
    started = time.perf_counter()
    subprocess.run([*command, str(report)], check=True, capture_output=True)
    return json.loads(report.read_text()) | {"wall": time.perf_counter() - started}


def zoompan(photo: Path, folder: Path) -> float:
    """Wall seconds of ffmpeg's own still-to-clip zoom."""
    started = time.perf_counter()
    command = [*FFMPEG, str(photo), "-vf", ZOOMPAN, *ENCODE, str(folder / "zoompan.mp4")]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return time.perf_counter() - started


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
