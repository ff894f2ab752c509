"""Can this part be made by this process? A table of rules and the findings they give: pure.

Always true here: geometry that is not closed is blocked for every process; every limit has a unit and a source.
"""
