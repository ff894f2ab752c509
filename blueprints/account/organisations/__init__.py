"""A person's organisations, their members and invitations."""
