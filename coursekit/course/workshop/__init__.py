"""A course for a room: tracks with their minutes, agenda, slides, handout, notebooks."""
