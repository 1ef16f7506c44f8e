"""See the motion before the frames: read a prompt as a plan, change it, render exactly that.

python examples/02_edit_the_plan.py PHOTO
"""

import sys

import stillreel

photo = sys.argv[1]
plan = stillreel.plan("slow push-in", photo, seconds=2)
print("read:", plan.camera)

gentler = tuple(move.model_copy(update={"amount": move.amount / 2}) for move in plan.camera)
clip = stillreel.animate(
    photo,
    plan=plan.model_copy(update={"camera": gentler}),
    output="gentler.mp4",
    size="256x144",
    overwrite=True,
)
print("rendered:", clip.report["plan"]["camera"])
