"""Router: the frame, and the page in it."""

from components.frame import frame

frame().run()
