"""The papers of a shipment: its packing list, and a label for each of its parcels.

Always true here: a paper says what is stored and nothing else, and the same shipment prints the same page, but for
material lots that were told later.
"""
