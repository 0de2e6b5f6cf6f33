"""What the texts of papers say: identifiers, references. Pure functions of text."""
