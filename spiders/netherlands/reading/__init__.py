"""What the texts of papers say: identifiers, references, appraisals. Pure functions of text."""
