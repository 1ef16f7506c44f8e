"""A photo and a prompt in, a clip out.

python examples/01_first_clip.py PHOTO [PROMPT] [OUTPUT]
"""

import sys

import stillreel

photo = sys.argv[1]
prompt = sys.argv[2] if len(sys.argv) > 2 else "slow push-in"
output = sys.argv[3] if len(sys.argv) > 3 else "first-clip.mp4"
clip = stillreel.animate(photo, prompt, output=output, seconds=1, size="256x144", overwrite=True)

print(f"{clip.path}: {clip.frames} frames of {clip.size[0]}x{clip.size[1]}")
for warning in clip.warnings:
    print("note:", warning.message)
