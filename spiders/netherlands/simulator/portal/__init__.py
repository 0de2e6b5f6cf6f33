"""A stand-in of open.overheid.nl beside the fictional parliament.

Sections named in this package are those of openoverheid/README.md.
"""
