"""The pages: read a request, query rows, render a template."""
