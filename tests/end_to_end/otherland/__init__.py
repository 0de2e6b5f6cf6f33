"""A parliament of another shape, in one package: claims, abstention, texts in records, no files."""
