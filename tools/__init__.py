"""Programs for people: the demonstration, the local server, measurements, samples.

They use the marketplace from outside, over HTTP and the command line, as anybody could.
"""
