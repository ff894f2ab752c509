"""What is put on paper of a sale: a factory's invoices to customers, the platform's to factories, and their credits.

Always true here: a document never changes; the numbers of an issuer's series follow each other without a gap; the
documents of a job come, to the minor unit, to what its shares come to.
"""
