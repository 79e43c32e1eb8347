"""The renderer: from a document to pictures and sound. Knows no web and no database."""
