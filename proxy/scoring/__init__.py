"""From the words of an exchange to what a classifier says of them, in a process of its own."""
