"""Where things stay: one contract, two back ends, one text of SQL."""
