"""Silver talents (银龄力): what retired residents offer of their experience."""
