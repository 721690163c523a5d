"""What LangGraph does with nodes and edges, for the example's test."""
