"""LangGraph: a tool that buys, and an edge that ends the graph when too little of the session is left.

It needs `requests`.
"""

import json
from decimal import Decimal
from typing import Literal

from langchain_core.tools import ToolException, tool
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode

from bursar import Bursar, BursarError, payload_for

LEAST_REMAINING = Decimal("0.05")


def buying_tool(bursar, agent, session_id):
    """The tool. The type of `service` is made of what is enabled, so that its schema is an enum."""
    services = bursar.services("search", "news", "reading")
    Service = Literal[tuple(sorted(services))]

    @tool
    def buy(service: Service, text: str) -> str:
        """Search the web, or read the page whose address `text` is. It costs money."""
        known = services[service]
        payload = payload_for(known["category"], text)
        try:
            most = known["max_credits_recommended"]
            answer = bursar.pay(service, payload, most, agent_id=agent, session_id=session_id)
        except BursarError as error:
            # For the model: which rule said no, and what to do.
            raise ToolException(str(error)) from error
        return json.dumps(answer, default=str)

    return buy


def graph_for(bursar, agent, session_id, model):
    """`model` answers messages, and may call the tool: a chat model of LangChain, bound to it."""
    buy = buying_tool(bursar, agent, session_id)
    bound = model.bind_tools([buy])

    def think(state):
        return {"messages": [bound.invoke(state["messages"])]}

    def what_next(state):
        if not state["messages"][-1].tool_calls:
            return END
        return "tools" if bursar.session(session_id)["remaining"] >= LEAST_REMAINING else END

    graph = StateGraph(MessagesState)
    graph.add_node("model", think)
    # Errors of the tool become messages: newer versions raise them unless told so.
    graph.add_node("tools", ToolNode([buy], handle_tool_errors=True))
    graph.add_edge(START, "model")
    graph.add_conditional_edges("model", what_next, ["tools", END])
    graph.add_edge("tools", "model")
    return graph.compile()


def main():
    from langchain_openai import ChatOpenAI

    bursar = Bursar.from_environment()
    bursar.ensure_agent("researcher", spending_cap="5.00")
    session = bursar.open_session("0.50", "a report on heat pumps", agent_id="researcher")
    graph = graph_for(bursar, "researcher", session["session_id"], ChatOpenAI(model="gpt-4o-mini"))
    question = {"role": "user", "content": "Write three sentences on heat pumps in old houses."}
    print(graph.invoke({"messages": [question]})["messages"][-1].content)


if __name__ == "__main__":
    main()
