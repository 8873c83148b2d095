"""What happens when: one message or one tick in, replies out."""
