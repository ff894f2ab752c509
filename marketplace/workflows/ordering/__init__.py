"""The life of an order: from a quote through its jobs to accepted goods, or to what becomes of it instead."""
