"""What the core of AutoGen 0.4 does with tools, for the example's test."""
