"""An analysis as one page to keep and print: self-contained HTML with its charts as SVG, no script, nothing loaded."""
