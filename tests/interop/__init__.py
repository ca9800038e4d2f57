"""Do other people's tools read what we write, and give back what the server sent? `make interop`; pywb is GPL: its own venv."""
