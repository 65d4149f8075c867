"""The text around our figures, written by a language model or by templates.

An agent's text consists of `claims`, finished phrases that code makes and renders. `narrator` selects the writer, who
connects them in a `passage`. The model's words around claims are parsed (`prompt`, `structure`) and checked
(`prose_check`, `vocabulary`), as are our templates'. `bedrock` calls the model, `model_prices` estimates the cost.
"""
