"""The open data of the Riksdag, data.riksdagen.se."""
