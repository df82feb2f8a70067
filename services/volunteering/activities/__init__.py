"""What is done together: activities, the places they offer, who came."""
