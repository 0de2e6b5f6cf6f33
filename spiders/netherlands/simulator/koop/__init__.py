"""A stand-in of KOOP's publications: its SRU 2.0 search and its repository of files.

Sections named here are those of officielepublicaties/README.md.
"""
