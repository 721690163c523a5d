"""What AutoGen 0.2 does with a function map, for the example's test. The model's messages are given as a script."""

import json


class AssistantAgent:
    def __init__(self, name, llm_config):
        self.name = name
        self.functions = {each["name"]: each for each in llm_config["functions"]}
        self._script = iter(llm_config["config_list"][0]["script"])

    def generate_reply(self, messages):
        reply = next(self._script, None) or {"content": "TERMINATE"}
        call = reply.get("function_call")
        if call and call["name"] not in self.functions:
            raise AssertionError(f"the model was told of no function {call['name']}")
        return {"role": "assistant", "content": None, **reply}


class UserProxyAgent:
    def __init__(
        self,
        name,
        is_termination_msg=None,
        max_consecutive_auto_reply=None,
        human_input_mode="ALWAYS",
        function_map=None,
        code_execution_config=None,
    ):
        assert human_input_mode == "NEVER", "nobody sits at this test"
        self.name = name
        self._is_termination_msg = is_termination_msg or (lambda message: message.get("content") == "TERMINATE")
        self._most_replies = 100 if max_consecutive_auto_reply is None else max_consecutive_auto_reply
        self._function_map = function_map or {}
        self.chat_messages = []

    def initiate_chat(self, recipient, message):
        self.chat_messages.append({"role": "user", "content": message})
        for _ in range(self._most_replies):
            reply = recipient.generate_reply(self.chat_messages)
            self.chat_messages.append(reply)
            if self._is_termination_msg(reply):
                return self
            call = reply.get("function_call")
            answer = self.execute_function(call)[1] if call else {"role": "user", "content": ""}
            self.chat_messages.append(answer)
        return self

    def execute_function(self, func_call):
        """As in 0.2: JSON in, whatever is returned as text, and an exception as `Error: …`."""
        name = func_call.get("name", "")
        function = self._function_map.get(name)
        succeeded = False
        if function is None:
            content = f"Error: Function {name} not found."
        else:
            try:
                arguments = json.loads(func_call.get("arguments", "{}"))
                content = function(**arguments)
                succeeded = True
            except Exception as error:
                content = f"Error: {error}"
        return succeeded, {"name": name, "role": "function", "content": str(content)}
