from langchain_core.messages import ToolMessage


class ToolNode:
    """Runs the tool calls of the last message. What a tool raises is a message only where the node was told so."""

    def __init__(self, tools, handle_tool_errors=False):
        self._tools = {each.name: each for each in tools}
        self._handle_tool_errors = handle_tool_errors

    def invoke(self, state):
        return {"messages": [self._run(call) for call in state["messages"][-1].tool_calls]}

    def _run(self, call):
        try:
            return ToolMessage(self._tools[call["name"]].invoke(call["args"]), call["id"])
        except Exception as error:
            if not self._handle_tool_errors:
                raise
            return ToolMessage(f"Error: {error!r}\n Please fix your mistakes.", call["id"], "error")
