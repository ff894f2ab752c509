"""Slots of spare capacity: minutes of one work centre on some days, at a discount, to be booked until a deadline.

Always true here: of a slot no more is sold than it offers; what a released hold gives back can be sold again; a
subscription finds a slot, or a listing that went live, once. Nothing says where a factory is (F1).
"""
