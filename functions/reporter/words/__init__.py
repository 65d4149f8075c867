"""The report's prose. A narrator may reword the verdict and the first findings; the rest is our own text."""
