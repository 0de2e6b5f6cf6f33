"""The archive for assistants (Model Context Protocol): read-only, every claim checkable."""
