"""Documents and workbooks for offices: made in memory, with the same bytes every time."""
