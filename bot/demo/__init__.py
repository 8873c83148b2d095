"""The demo: phones on a page for each act, and a clock that can be moved."""
