"""How fast the marketplace is on this machine, beside what the machine itself could do: `make bench`."""
