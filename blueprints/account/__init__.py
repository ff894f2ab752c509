"""For anyone: sign-up and log-in; for those logged in: their sessions, organisations and members."""
