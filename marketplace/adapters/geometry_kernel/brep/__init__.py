"""Boundary representations, read by OpenCASCADE: exact figures of each solid, and features."""
