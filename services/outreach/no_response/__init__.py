"""No-response plans: what an elder wants to be done when they do not answer, agreed with them beforehand."""
