"""The geometry kernel: OpenCASCADE for STEP, numpy and trimesh for STL, in processes that can be killed.

A worker holds a `KernelMeasurer`; it keeps one zygote, a fresh process with an emptied environment that has the kernels
loaded and runs no geometry. For each file the zygote forks a child that gives up its rights, reads one file and dies.
Always true here: OCP, numpy and trimesh are imported in the zygote and its children only.
"""
