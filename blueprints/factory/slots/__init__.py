"""A factory's slots of spare capacity: publish one, see what of it is sold and free, take it back."""
