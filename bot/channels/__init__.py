"""The channels: one file or folder per platform, none knows another."""
