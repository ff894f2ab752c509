"""What a part would cost, and when it would ship: live listings answer, and what a customer asks next."""
