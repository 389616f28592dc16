"""What all plans of a year have come to on a day. `whole` begins; `lines` says what a figure is.

Told in one of three ways, which must say the same: from counts that are kept of everything (`kept…`), from those of
plans that are seen whole (`part`), or from the findings themselves (`counted`, `year`).
"""
