"""How the catalogue of services is read, checked and compiled; used by `proxy.providers`."""
