"""The chapters of an order's archive: each names the files that it adds, from rows read in one snapshot.

A package with more to tell adds a file here, and its `chapter` to `archiving.CHAPTERS`.
"""
