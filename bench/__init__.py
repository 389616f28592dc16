"""What the program costs, measured against references in the same run. `python3 manage.py bench`."""
