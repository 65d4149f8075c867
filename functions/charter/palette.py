"""The colors of the charts: one hue, so that a color never means anything but what the labels say."""

#: From Okabe and Ito, Color Universal Design (2008): distinguishable with all common types of color vision.
MAIN = "#0072B2"
LOSS = "#D55E00"
#: "Other", and what is not classified.
GRAY = "#999999"
