"""The report's prose. The first page is a narrator's draft; everything after it is ours."""
