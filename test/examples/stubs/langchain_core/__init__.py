"""What LangChain makes of a function that is a tool, for the example's test."""
