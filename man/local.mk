# Manual pages, mdoc by hand.
