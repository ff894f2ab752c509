"""Files that somebody lays beside a job, a whole order or a request for quotation: photos, drawings, certificates.

Always true here: an attachment never changes; who sees the job, the order or the request sees what lies beside it, and
a factory nothing of another's job; what a file is, its content says.
"""
