"""Where the data are: how safely they are written, backed up, restored and moved."""
