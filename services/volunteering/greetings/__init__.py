"""Birthday greetings: one for each cycle, by a visit, a call, a card or a cake; who must not be greeted is not."""
