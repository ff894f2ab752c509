"""What a part costs to make: routings (times and material from geometry) and prices (those times by a rate card).

Pure: no session, no clock, no network, and geometry only as plain numbers. Always true here: a routing turns
measurements into whole milliminutes and milligrams once, everything after it is integer arithmetic; each cost line is
rounded once, half even (`kernel.money.round_half_even`); the lines of a price tree add up to its total to the minor
unit; `books.totals` equals `prices.price` bit for bit.
"""
