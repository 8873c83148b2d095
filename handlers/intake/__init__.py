"""Intake: how a citizen finds the unit, tells the matter, and gets a receipt."""
