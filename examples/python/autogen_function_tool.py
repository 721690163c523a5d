"""AutoGen 0.4 and later: FunctionTools, and a team that stops when too little can be spent.

It needs `httpx` and nothing else. The type of `service` is made of what is enabled, so the tool's schema is an enum, and
other names are refused before the call.
"""

import asyncio
import os
import uuid
from decimal import Decimal
from typing import Annotated, Literal

import httpx
from autogen_agentchat.base import TerminatedException, TerminationCondition
from autogen_agentchat.messages import StopMessage
from autogen_core.tools import FunctionTool

TIMEOUT_SECONDS = 30


def client_for(url, token):
    return httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT_SECONDS)


async def tools_for(client: httpx.AsyncClient, agent: str, session_id: str):
    """One tool that buys a search or a page."""
    answer = await client.get("/v1/services")
    answer.raise_for_status()
    kinds = ("search", "news", "reading")
    listed = [each for each in answer.json()["services"] if each["enabled"] and each["category"] in kinds]
    services = {each["name"]: each for each in listed}
    Service = Literal[tuple(sorted(services))]

    async def buy(
        service: Annotated[Service, "Which service to pay."],
        text: Annotated[str, "What to search for; for a reading service an address."],
    ) -> str:
        known = services[service]
        payload = {"url": text} if known["category"] == "reading" else {"query": text}
        body = {
            "service": service,
            "payload": payload,
            "max_credits": known["max_credits_recommended"],
            "agent_id": agent,
            "session_id": session_id,
        }
        return await _post(client, "/v1/pay", body)

    return [FunctionTool(buy, description="Searches the web or reads a page. It costs money.")]


async def _post(client, path, body, attempts=4):
    """The text of the answer. One key for all attempts: a lost answer is asked for again, and never paid twice."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for attempt in range(1, attempts + 1):
        try:
            answer = await client.post(path, json=body, headers=headers)
        except httpx.TransportError:
            if attempt == attempts:
                raise
        else:
            if answer.is_success:
                return answer.text
            if answer.status_code not in (429, 503) or attempt == attempts:
                # The tool's result is then an error with these words, and the model goes on with that.
                raise RuntimeError(f"POST {answer.url} was answered {answer.status_code}: {answer.text}")
        await asyncio.sleep(0.25 * 2**attempt)


class RemainingSpend(TerminationCondition):
    """Ends a team when its agent may spend less than `least`. It asks Bursar, which also knows what others spent."""

    def __init__(self, client: httpx.AsyncClient, agent: str, least: str):
        self._client = client
        self._agent = agent
        self._least = Decimal(least)
        self._is_over = False

    @property
    def terminated(self) -> bool:
        return self._is_over

    async def __call__(self, messages):
        if self._is_over:
            raise TerminatedException("It was over before.")
        answer = await self._client.get(f"/v1/agents/{self._agent}/spend")
        answer.raise_for_status()
        remaining = answer.json()["remaining_usd_exact"]
        # None: nothing limits the agent.
        if remaining is None or Decimal(remaining) >= self._least:
            return None
        self._is_over = True
        return StopMessage(content=f"{remaining} credits are left, {self._least} are needed", source="RemainingSpend")

    async def reset(self) -> None:
        self._is_over = False


async def main():
    from autogen_agentchat.agents import AssistantAgent
    from autogen_agentchat.teams import RoundRobinGroupChat
    from autogen_ext.models.openai import OpenAIChatCompletionClient

    url = os.environ.get("BURSAR_URL", "http://127.0.0.1:8402")
    async with client_for(url, os.environ["BURSAR_API_KEY"]) as client:
        # An agent "researcher" must have been registered.
        opened = await client.post("/v1/sessions", json={"budget": "0.50", "agent_id": "researcher"})
        opened.raise_for_status()
        tools = await tools_for(client, "researcher", opened.json()["session_id"])
        model = OpenAIChatCompletionClient(model="gpt-4o-mini")
        assistant = AssistantAgent("researcher", model_client=model, tools=tools, reflect_on_tool_use=True)
        team = RoundRobinGroupChat([assistant], termination_condition=RemainingSpend(client, "researcher", "0.05"))
        print(await team.run(task="Write three sentences on heat pumps in old houses."))


if __name__ == "__main__":
    asyncio.run(main())
