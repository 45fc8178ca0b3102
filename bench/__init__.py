"""How fast the product is, measured in one run against bare Django on the same machine."""
