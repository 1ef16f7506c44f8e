"""Hear what happens while a clip is made, and answer errors by their code.

python examples/03_follow_the_work.py PHOTO
"""

import sys

import stillreel
from stillreel.errors import StillreelError
from stillreel.events import Event, StageDone, StepDone


def listen(event: Event) -> None:
    match event:
        case StepDone(stage, step, steps) if step == steps:
            print(f"{stage}: {steps} steps")
        case StageDone(stage, seconds):
            print(f"{stage}: {seconds:.2f} s")
        case _:
            pass


try:
    stillreel.animate(
        sys.argv[1], output="followed.mp4", seconds=1, size="256x144", overwrite=True, on_event=listen
    )
    stillreel.animate(sys.argv[1], output="followed.mp4")
except StillreelError as error:
    print(f"{error.code}: {error.message} {error.hint}")
