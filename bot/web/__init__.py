"""The pages and the web server: everything a browser gets to see."""
