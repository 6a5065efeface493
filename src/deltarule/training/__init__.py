"""Training on data of any size: sufficient statistics, the loop, its engines, and where data comes from."""
