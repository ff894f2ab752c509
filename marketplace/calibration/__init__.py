"""Calibrations: what a factory's past jobs say of a work centre's figures, and whether the factory took it.

Always true here: what was told, computed and fitted is written once and never changed (a trigger); a calibration is
decided once; only one that its factory accepted changes a work centre, in the same transaction.
"""
