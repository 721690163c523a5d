"""What AutoGen 0.4's agents and teams do, for the example's test. The model's messages are given as a script."""
