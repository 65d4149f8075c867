"""Progress of a job: reported by workers, written in the background, and never blocking their work."""
