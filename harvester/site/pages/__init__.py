"""The pages: what is asked, which rows answer it, which template shows them."""
