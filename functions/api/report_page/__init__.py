"""An analysis as one page to keep and print: self-contained HTML with SVG charts, no scripts, no external resources."""
