"""Every page that somebody comes to by clicking, not only those that are measured: what is dear there, and what fails.

`links` says where a page leads, `waiting` what is asked next, `asking` asks within this process and counts what it
cost, `walk` goes from the home for a given time, `told` prints what came of it.
"""

from bench.crawl.told import as_json, table
from bench.crawl.walk import SECONDS, crawl

__all__ = ["SECONDS", "as_json", "crawl", "table"]
