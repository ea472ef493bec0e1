"""Parts of the samples panel."""
