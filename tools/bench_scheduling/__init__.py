"""Our dispatching beside proven optima."""
