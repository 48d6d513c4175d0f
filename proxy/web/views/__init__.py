"""What each page says: from figures and configuration to what its template prints."""
