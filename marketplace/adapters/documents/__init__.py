"""Printed documents: typst sets them, with fonts that lie here, so that every machine prints the same page.

A template is a typst file beside the domain that knows its figures; whatever people have written arrives as JSON data
and is never read as typst.
"""
