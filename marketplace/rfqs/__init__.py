"""Requests for quotation: what people price themselves, whom it was sent to, what they asked and bid, who saw the file.

Always true here: a bid never changes, only its state does, and a revised one is a new version; of a request at most one
bid is accepted; the file is open to an invited factory only while its owner lets it be, and each look is written down.
"""
