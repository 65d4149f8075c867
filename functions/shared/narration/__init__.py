"""The text around our figures, written by a language model or by templates.

`passages` defines what an agent has written, `narrator` selects the writer. The model's text is parsed (`prompt`) and
checked against the given figures (`quantities`, `figure_check`) and for other content that doesn't belong in a report
(`prose_check`); `bedrock` calls the model, `prices` estimates the cost.
"""
