"""What can be made and who can make it: processes, materials, work centres and their rate cards.

Changes by the month and is searched. The catalogue is data with a source for every number; a material is offered only
for the processes that work it; a rate card belongs to one work centre and speaks one currency.
"""
