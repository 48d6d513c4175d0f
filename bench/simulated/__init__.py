"""A simulated Internet of LLM services on loopback, for the demo, the tests and the bench.

It stands where a town hall's parent proxy stands: it accepts CONNECT for any
name, answers the TLS handshake with a certificate of its own authority, and
speaks the wire formats of the vendors with made-up answers. Nothing in it is a
measurement of a real service, and the product never imports it.
"""
