"""Where files lie that every process must find: in the home itself, or in a bucket that speaks S3."""
