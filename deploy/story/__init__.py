"""One year of the community Jingyuan, with invented people, told through the HTTP API: `python -m deploy.story`.

Each chapter is a module of scenes. The teller plays them in the order of their time: it sets the platform's clock,
waits until everything due has happened, and lets people sign in and do what they did.
"""
