from autogen_agentchat.messages import TextMessage


class RoundRobinGroupChat:
    def __init__(self, participants, termination_condition, max_turns=50):
        self._participants = participants
        self._condition = termination_condition
        self._max_turns = max_turns

    async def run(self, task):
        messages = [TextMessage(task, "user")]
        for turn in range(self._max_turns):
            message = await self._participants[turn % len(self._participants)].on_messages(messages)
            messages.append(message)
            stop = await self._condition([message])
            if stop is not None:
                assert self._condition.terminated
                await self._condition.reset()
                return [*messages, stop]
            if message.content == "DONE":
                break
        return messages
