// What the modules of this folder share: the headers of a game, read once.
