"""What a file measures: pure values, the sniffing of uploads, and the port to a kernel.

Always true here: lengths are millimetres, a measurement that exists has finite and bounded figures, and a part that is
not closed has no volume (and so never a price).
"""
