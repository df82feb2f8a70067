"""The rules of the rota: plain data in, the same rota out."""
