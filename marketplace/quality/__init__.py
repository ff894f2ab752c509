"""The quality record: what is measured on the pieces of a job, by which plan, and the signed record of it.

Always true here: the plan is frozen before the first value; entries are only added, each carrying the hash of the one
before it; a corrected value is a new entry that names the one it corrects; a record is signed once, over all entries
until then, and after the record that ends an inspection no entry follows. Whether a figure passes is computed, never
told.
"""
