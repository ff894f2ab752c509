"""Triangles: files of them, and what is measured on the mesh of any part.

Always true here: a `Mesh` is in millimetres (or the file's own unit while nobody knows it), its triangles turn
counter-clockwise seen from outside.
"""
