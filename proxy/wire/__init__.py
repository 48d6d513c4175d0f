"""Bytes of LLM services to the parts of an exchange: sans-IO, one file per wire format."""
