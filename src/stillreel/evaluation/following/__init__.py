"""How far a clip follows its plan, one theme a file: the camera, what is displaced, faces, light and weather, rest."""
