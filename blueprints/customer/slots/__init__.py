"""Slots as a customer books them: which could make a part, and a quote of one."""
