"""A stand-in of data.riksdagen.se with papers that do not exist; it imports nothing of Griffie."""
