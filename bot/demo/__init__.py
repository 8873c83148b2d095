"""The demo: four phones on one page, and a clock that can be moved."""
