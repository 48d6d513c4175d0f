"""The steps from the first schema to today's, one file each, never edited once released."""
