"""Small cases whose answer is known, worked through the program itself: proof of an installation."""
