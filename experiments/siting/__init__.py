"""Where to build: the siting program asked, its plan run by the world, and what is told of both."""
