"""The geometry kernel: OpenCASCADE for STEP, numpy for meshes, ezdxf for drawings, in processes that can be killed.

A worker holds a `KernelMeasurer`; it keeps one zygote, a fresh process with an emptied environment that has the kernels
loaded and runs no geometry. For each file the zygote forks a child that gives up its rights, reads one file and dies.
Always true here: OCP, Embree and the other kernels are imported in the zygote and its children only.
"""
