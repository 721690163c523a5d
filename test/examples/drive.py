"""Runs an example as its framework would and prints what came of it, as JSON. What it is given comes on standard input."""

import asyncio
import json
import sys


def fetch(given):
    from bursar import Bursar, BursarError
    from fetch_with_x402 import FetchError, fetch_with_x402

    outcomes = []
    for url in given["urls"]:
        try:
            text = fetch_with_x402(Bursar(given["url"], given["agent_token"]), url, given["max_credits"])
            outcomes.append({"text": text})
        except (BursarError, FetchError) as error:
            outcomes.append({"error": type(error).__name__, "says": str(error), "status": error.status})
    return outcomes


def autogen_function_map(given):
    from autogen_function_map import agents_for
    from bursar import Bursar

    bursar, agent_bursar = Bursar(given["url"], given["key"]), Bursar(given["url"], given["agent_token"])
    config = {"config_list": [{"script": given["script"]}]}
    assistant, proxy = agents_for(bursar, agent_bursar, given["agent"], given["session_id"], config)
    chat = proxy.initiate_chat(assistant, message=given["task"])
    return {"functions": assistant.functions, "messages": chat.chat_messages}


def autogen_function_tool(given):
    from autogen_agentchat.agents import AssistantAgent
    from autogen_agentchat.teams import RoundRobinGroupChat
    from autogen_function_tool import RemainingSpend, client_for, tools_for

    async def run():
        async with client_for(given["url"], given["key"]) as client:
            tools = await tools_for(client, given["agent"], given["session_id"])
            assistant = AssistantAgent("researcher", model_client=given["script"], tools=tools)
            condition = RemainingSpend(client, given["agent"], given["least"])
            messages = await RoundRobinGroupChat([assistant], termination_condition=condition).run(task=given["task"])
            return {"schemas": [tool.schema for tool in tools], "messages": [vars(each) for each in messages]}

    return asyncio.run(run())


def remaining_spend(given):
    """Only the stop condition, over what a session of payments has left."""
    from autogen_function_tool import RemainingSpend, client_for

    async def run():
        async with client_for(given["url"], given["key"]) as client:
            condition = RemainingSpend(client, given["agent"], given["least"])
            stop = await condition([])
            return None if stop is None else {"content": stop.content, "terminated": condition.terminated}

    return asyncio.run(run())


def semantic_kernel_plugin(given):
    from bursar import Bursar
    from semantic_kernel import Kernel
    from semantic_kernel_plugin import BursarPlugin

    async def run():
        kernel = Kernel()
        with BursarPlugin(Bursar(given["url"], given["key"]), given["agent"], given["budget"], given["work"]) as plugin:
            kernel.add_plugin(plugin, plugin_name="bursar")
            said = [
                await kernel.invoke_function_call("bursar", call["name"], call["arguments"]) for call in given["script"]
            ]
            return {"schemas": kernel.schemas(), "said": said}

    return asyncio.run(run())


def langgraph_tool(given):
    from bursar import Bursar
    from langchain_core.messages import AIMessage
    from langgraph_tool import graph_for

    class Model:
        """Says what the script says."""

        def __init__(self):
            self.tools = []
            self._script = iter(given["script"])

        def bind_tools(self, tools):
            self.tools = tools
            return self

        def invoke(self, messages):
            turn = next(self._script, {"content": "done"})
            return AIMessage(turn.get("content", ""), turn.get("tool_calls", []))

    model = Model()
    graph = graph_for(Bursar(given["url"], given["key"]), given["agent"], given["session_id"], model)
    state = graph.invoke({"messages": [{"role": "user", "content": given["task"]}]})
    described = [{"name": each.name, "description": each.description, "args": each.args} for each in model.tools]
    messages = [each if isinstance(each, dict) else vars(each) for each in state["messages"]]
    return {"tools": described, "messages": messages}


def plain_loop(given):
    from bursar import Bursar
    from plain_loop import one_search_each, run, tools_of

    bursar = Bursar(given["url"], given["key"])
    model = one_search_each(given["questions"], given["service"])
    outcome, messages = run(bursar, given["agent"], "answer questions", given["budget"], model)
    return {"tools": tools_of(bursar), "outcome": outcome, "messages": messages}


EXAMPLES = {
    each.__name__: each
    for each in (
        fetch,
        autogen_function_map,
        autogen_function_tool,
        remaining_spend,
        semantic_kernel_plugin,
        langgraph_tool,
        plain_loop,
    )
}

if __name__ == "__main__":
    print(json.dumps(EXAMPLES[sys.argv[1]](json.load(sys.stdin)), default=str))
