"""What `make demo` runs: animate the photo that PHOTO names, or the astronaut that ships with scikit-image.

PHOTO=my.jpg PROMPT="slow push-in" python examples/demo.py
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path("demo")
PROMPT = "slow push-in, she slowly turns her head toward the camera, soft natural blink"


def shipped() -> Path:
    """The astronaut Eileen Collins: NASA, public domain."""
    import skimage

    return Path(skimage.__file__).parent / "data" / "astronaut.png"


def main() -> int:
    own = os.environ.get("PHOTO", "")
    photo = Path(own).expanduser() if own else shipped()
    prompt = os.environ.get("PROMPT", "") or ("" if own else PROMPT)
    FOLDER.mkdir(exist_ok=True)
    clip = FOLDER / f"{photo.stem}.mp4"
    stages = FOLDER / f"{photo.stem}-stages"
    places = ["--output", clip, "--report", clip.with_suffix(".json"), "--keep-stages", stages, "--overwrite"]
    command = ["animate", *places, "--", photo, prompt]
    print(f'stillreel animate "{photo}" "{prompt}"', flush=True)
    return subprocess.run([sys.executable, "-m", "stillreel", *map(str, command)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
