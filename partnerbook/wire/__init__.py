"""JSON <-> vocabulary, one module per API: the only place with the vendor's field names.

The two customer APIs have opposite rules for ``""`` and ``null``; neither rule leaves here. What
has no reading is refused by rule and named by its path, never guessed.
"""
