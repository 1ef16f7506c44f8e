"""How the two student networks (portrait parts and face landmarks) are taught, trained, exported and measured."""
