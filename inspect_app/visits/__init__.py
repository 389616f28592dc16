"""An inspection happening at one unit under one plan."""
