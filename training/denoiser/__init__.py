"""How the embedded model's autoencoder and video diffusion transformer are trained, exported and judged."""
