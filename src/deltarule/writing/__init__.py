"""From records to text: worked solutions and reports, one file a format."""
