"""The spider of official publications."""
