"""The web page in a real browser, before a server that gives known answers."""
