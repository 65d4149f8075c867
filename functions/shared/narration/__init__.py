"""Words around our figures, by a language model or by templates.

`passages` is what an agent has worded, `narrator` who does it. The model's words are read (`prompt`), and checked
against the figures that it was given (`quantities`, `figure_check`) and for everything else that has no place in a
report (`prose_check`); `bedrock` is the model, `prices` what it costs.
"""
