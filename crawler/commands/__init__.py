"""The commands of `sagwan`, by what they need."""
