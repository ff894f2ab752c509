"""`make compare-geometry`: our figures beside those of programs that are not ours.

STL: admesh (A. D. Martin), a checker of its own descent: closed or open, shells, volume. STEP: gmsh, whose kernel is
another release of the OpenCASCADE that we use, so that it checks our use of the kernel more than the kernel: solids,
volume, area, box; and what the authoring CAD program declared in the file itself (geometric validation properties,
ISO 10303-42), which shares nothing with us. None of these programs is needed to run the marketplace or its tests.
"""
