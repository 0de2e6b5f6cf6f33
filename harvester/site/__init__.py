"""The site: a Datasette plugin with pages for people, and how Datasette is set up for it."""
