"""The site: a Datasette plugin with pages for people, and its configuration."""
