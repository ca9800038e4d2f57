"""`sagwan serve`: the archive in a browser. Datasette with our pages; nothing here writes, and nothing asks the network."""
