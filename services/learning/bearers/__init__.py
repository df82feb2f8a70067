"""Who goes to a member with a lesson: the tutor who teaches it at home, and the courier who brings its papers."""
