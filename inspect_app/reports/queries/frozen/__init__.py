"""Figures that stand for good: `freezing` counts what is proved, `document` writes it down, `opening` compares it."""
