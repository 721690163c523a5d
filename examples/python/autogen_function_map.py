"""AutoGen 0.2: what can be bought as a function map, and a conversation that ends when the money does.

It needs `requests`. The schema of `buy` names the services that are enabled, so that the model cannot ask for another.
"""

import json
import os
from decimal import Decimal

from autogen import AssistantAgent, UserProxyAgent

from bursar import Bursar, payload_for
from fetch_with_x402 import fetch_with_x402

LEAST_REMAINING = Decimal("0.05")


def functions_for(bursar, agent_bursar, agent, session_id):
    """The functions by name. What they raise, AutoGen gives to the model as "Error: …" with Bursar's own words."""

    def buy(service, text):
        known = bursar.services()[service]
        payload = payload_for(known["category"], text)
        most = known["max_credits_recommended"]
        answer = bursar.pay(service, payload, most, agent_id=agent, session_id=session_id)
        return json.dumps(answer, default=str)

    def fetch(url):
        return fetch_with_x402(agent_bursar, url, session_id=session_id)

    return {"buy": buy, "fetch": fetch}


def schemas_for(bursar):
    services = bursar.services("search", "news", "reading")
    text = {"type": "string", "description": "What to search for; for a reading service an address."}
    buy = {"service": {"type": "string", "enum": sorted(services)}, "text": text}
    fetch = {"url": {"type": "string", "description": "The address of a page, which may cost money."}}
    return [
        _schema("buy", "Searches the web or reads a page, for money.", buy),
        _schema("fetch", "Fetches a page and pays for it where it asks for money.", fetch),
    ]


def _schema(name, description, properties):
    parameters = {"type": "object", "properties": properties, "required": sorted(properties)}
    return {"name": name, "description": description, "parameters": parameters}


def agents_for(bursar, agent_bursar, agent, session_id, llm_config):
    """The pair of agents. The user proxy runs the functions, and ends it when the session has too little left."""

    def is_over(message):
        if "TERMINATE" in (message.get("content") or ""):
            return True
        return bursar.session(session_id)["remaining"] < LEAST_REMAINING

    assistant = AssistantAgent("researcher", llm_config={**llm_config, "functions": schemas_for(bursar)})
    proxy = UserProxyAgent(
        "runner",
        human_input_mode="NEVER",
        code_execution_config=False,
        max_consecutive_auto_reply=20,
        is_termination_msg=is_over,
        function_map=functions_for(bursar, agent_bursar, agent, session_id),
    )
    return assistant, proxy


def main():
    bursar = Bursar.from_environment()
    session = bursar.open_session("0.50", "a report on heat pumps", agent_id="researcher")
    config = {"config_list": [{"model": "gpt-4o-mini", "api_key": os.environ["OPENAI_API_KEY"]}]}
    # The token that registering "researcher" showed.
    agent_bursar = Bursar(bursar.url, os.environ["RESEARCHER_TOKEN"])
    assistant, proxy = agents_for(bursar, agent_bursar, "researcher", session["session_id"], config)
    proxy.initiate_chat(assistant, message="Write three sentences on heat pumps in old houses.")


if __name__ == "__main__":
    main()
