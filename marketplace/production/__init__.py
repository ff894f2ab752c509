"""How a job is made: what was agreed and where that is said, and how far each of its operations is.

Always true here: what a job must come to is read off rows that never change, and off the changes that both sides agreed
to; an operation begins once and ends once; the files shown with it lie beside its job.
"""
