"""After the round: who helps whom, with which policy, by which plan, played through the product's own actions."""
