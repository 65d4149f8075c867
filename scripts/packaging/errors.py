"""What keeps a zip from being built or deployed, in a sentence for the person who asked for it."""


class PackagingError(Exception):
    """No zip was made or deployed; the one that was there before is untouched. The message says what to do."""
