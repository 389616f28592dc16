"""What an operator types to look after the program: `flask --app inspect_app …`."""
