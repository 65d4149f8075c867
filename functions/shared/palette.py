"""The colors of the charts, on the page and in print: one hue, and another only for losses.

The page's `tokens.css` and the printed report's `style.css` use the same values. The median of a fan, a line over areas
of the main color, has each theme's accent color.
"""

#: From Okabe and Ito, Color Universal Design (2008): distinguishable with all common types of color vision. At least
#: 3:1 against the page's light and dark surfaces, as WCAG 2.2 requires of graphics (criterion 1.4.11).
MAIN = "#009E73"
LOSS = "#D55E00"
#: For "Other" and unclassified holdings.
GRAY = "#808080"
