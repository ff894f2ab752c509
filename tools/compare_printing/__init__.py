"""How near our printing times and masses come to a slicer's, and how much cheaper they are."""
