"""Machines that cannot run, told by people here, and by machines at a door of their own."""
