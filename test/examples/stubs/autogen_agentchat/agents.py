import json

from autogen_agentchat.messages import TextMessage


class AssistantAgent:
    """One turn is one message of the model. Its tool calls are run; what they raise is told to the model as an error."""

    def __init__(self, name, model_client, tools):
        self.name = name
        self._script = iter(model_client)
        self._tools = {tool.name: tool for tool in tools}

    async def on_messages(self, messages):
        turn = next(self._script, {"content": "DONE"})
        if "tool" not in turn:
            return TextMessage(turn["content"], self.name)
        tool = self._tools[turn["tool"]]
        try:
            content = tool.return_value_as_string(await tool.run_json(json.loads(turn["arguments"]), None))
            return TextMessage(content, self.name)
        except Exception as error:
            return TextMessage(f"error: {error}", self.name)
