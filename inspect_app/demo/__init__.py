"""The demo: the real case of Cần Thơ 2022 and a living plan of today, told through the services.

Plan numbers and totals come from the press; which units, which shortcomings and which people is made up, and the
screen says so. Nothing here adds a row that a service could have added.
"""
