"""Photos and prompts of `adherence.py`: every camera verb and every kind of motion, on photos of the data folder."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CASES", "TRAIN", "Case"]


class Case(NamedTuple):
    photo: str
    prompt: str


_VAL = {
    "portrait": ("photos/clic2025/0010-9466a908d088d32ee73f04116c40e48c.jpg",
                 "she slowly turns her head to the left, blinks, slow push in"),
    "blink": ("photos/codrops-demos/0289-glitchygrid-14-c732d2b3.jpg",
        "soft natural blink, subtle smile, slow zoom in"),
    "hair": ("photos/codrops-demos/0282-glitchygrid-8-f4323fe0.jpg",
        "her hair blows to the left, slow tilt up"),
    "hair-cloth": ("photos/codrops-demos/0364-glitchygrid-24-fff42ead.jpg",
                   "hair and dress move in the wind to the right, slow truck left"),
    "breathe": ("photos/codrops-demos/0465-rotatedrevealers-7.jpg", "she breathes gently, static camera"),
    "sway": ("photos/codrops-demos/0238-glitchygrid-7-2d66e3ed.jpg",
        "grass sways in the wind to the left, slow pan right"),
    "smile": ("demo/craft-beer-portrait.jpg", "he smiles, static camera"),
    "turn": ("photos/codrops-demos/0290-glitchygrid-15-61b13bcc.jpg",
        "she turns her head to the right, static camera"),
    "body": ("photos/codrops-demos/0396-glitchygrid-6-e96dcfff.jpg", "the woman sways gently, slow zoom out"),
    "rotate": ("photos/codrops-demos/0429-layermotionslideshow-11.jpg",
        "the shoes rotate to the left, static camera"),
    "sea": ("photos/cid22/0001-1001682.jpg", "waves roll, clouds drift to the left, pedestal up"),
    "lake": ("demo/lake-sherburne.jpg", "the water ripples, clouds drift to the right, slow push in"),
    "sunset": ("demo/beacon-street-sunset.jpg", "clouds drift to the left, it turns warmer, slow zoom in"),
    "boat": ("photos/solus-artwork/0013-vents-du-sud.jpg", "water ripples, the light turns darker, pan left"),
    "meadow": ("photos/ubuntu-mate-artwork/0006-andrew-ridley-54228.jpg",
        "fog drifts to the right, grass moves, push in"),
    "canyon": ("photos/pop-wallpapers/jad-limcaco-183877.jpg", "clouds drift to the right, handheld camera"),
    "shakshuka": ("photos/public-domain-recipes/0015-shakshouka-02.jpg", "steam rises, slow push in"),
    "street": ("photos/cid22/0038-164338.jpg", "it rains, static camera"),
    "lagoon": ("photos/cq100/0089-venetian-lagoon.jpg", "snow falls, slow zoom in"),
    "chair": ("photos/codrops-demos/0436-layermotionslideshow-4.jpg",
        "orbit to the right, the light flickers"),
    "spices": ("demo/the-spices-of-life.jpg", "slow orbit to the left"),
    "bicycle": ("photos/codrops-demos/0437-layermotionslideshow-8.jpg", "dolly zoom in"),
    "lockers": ("photos/work-suite-wallpapers/moren-hsu-vlakstkmvhk-unsplash.jpg",
        "camera rolls clockwise, light gets brighter"),
    "fig": ("photos/lomiri-wallpapers/picture-0b-by-freespace.jpg",
        "a light sweeps to the right, static camera"),
    "dunes": ("photos/immich-test-assets/mongolels.jpg", "slow pull out"),
    "fire": ("photos/budgie-backgrounds/casa-mila.jpg", "the flames of the fire flicker, static camera"),
    "antelope": ("photos/solus-artwork/0007-lower-antelope-canyon.jpg", "tilt down, it gets cooler"),
    "waves": ("demo/ocean-waves.jpg", "waves roll gently, slow truck right"),
}  # fmt: skip

_TRAIN = {
    "t-woman": ("photos/pixls-us/0001-nikki-base-crop-noresize.jpg",
        "she turns her head to the right, slow push in"),
    "t-face": ("photos/cid22/0163-pexels-photo-6096399.jpg", "she blinks and smiles, slow zoom in"),
    "t-hair": ("photos/codrops-demos/0156-horizontalsmoothscrolllayout-7.jpg",
        "the hair blows to the right, tilt up"),
    "t-curls": ("photos/clic2025/0016-2c1f84548ef99faec2b4f9bf12227c83.jpg",
                "he breathes gently and sways, static camera"),
    "t-ridge": ("photos/immich-test-assets/tanners-ridge.jpg",
        "grass and trees sway to the left, clouds drift to the right, pan left"),
    "t-boats": ("photos/cq100/0052-maya-beach.jpg", "water ripples, clouds drift to the left, truck right"),
    "t-lake": ("photos/codrops-demos/0412-gridzoom-25.jpg",
        "the water ripples, it turns darker, pedestal up"),
    "t-cake": ("photos/pixls-us/0008-birthday-1208233-1920.jpg", "the candle flames flicker, slow push in"),
    "t-road": ("photos/immich-lib/0003-base-c3.jpg", "snow falls, slow push out"),
    "t-pan": ("photos/public-domain-recipes/0113-swedish-pancakes-00.jpg",
        "steam rises, roll counterclockwise"),
    "t-forest": ("photos/codrops-demos/0110-draggabledualviewslideshow-1.jpg",
        "fog drifts to the left, static camera"),
    "t-neon": ("photos/codrops-demos/0121-imagetraileffects-full4.jpg", "the light flickers, handheld"),
    "t-moto": ("photos/cq100/0056-motorcycle.jpg", "orbit to the left, rain falls"),
    "t-orange": ("photos/codrops-demos/0269-onscrollviewswitch-11.jpg",
        "a light sweeps to the left, zoom out"),
    "t-house": ("photos/cid22/0087-3330118.jpg", "clouds drift to the right, warmer light, dolly zoom in"),
    "t-dress": ("photos/codrops-demos/0356-horizontalsmoothscrolllayout-11.jpg",
        "her clothes move in the wind, it gets brighter, static camera"),
    "t-bird": ("photos/cq100/0025-eastern-rosella.jpg", "the bird rotates to the right, static camera"),
}  # fmt: skip
CASES = {name: Case(*case) for name, case in _VAL.items()}
TRAIN = {name: Case(*case) for name, case in _TRAIN.items()}
