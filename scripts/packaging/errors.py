"""The error of packaging, with a sentence for the user."""


class PackagingError(Exception):
    """No zip was built or deployed; an existing one is unchanged. The message states what to do."""
