"""Partners (共驻共建单位): organisations that build the community along, what was agreed with them, and what they offer."""
