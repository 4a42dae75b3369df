"""The register of processing, the notice, and the connectors to systems."""
