"""What the sides say to each other: on a job, on an order with the staff, in a request for quotation.

Always true here: a thread has two sides and no third one reads it; a message never changes; while the clock of a job
stands, because its factory waits for an answer, neither its time to answer nor its ship date comes nearer.
"""
