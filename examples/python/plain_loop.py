"""Tool calls without a framework: one function to buy with, and a loop that stops before the money is gone.

It needs `requests`.

    BURSAR_API_KEY=<an org key> python3 plain_loop.py "how do heat pumps work" "what do they cost"
    BURSAR_API_KEY=<the agent's token> python3 plain_loop.py --below <a session of the agent's> "how do heat pumps work"
"""

import argparse
import json
from decimal import Decimal

from bursar import Bursar, BursarError, payload_for

# Below this an agent is not asked for another step: no search could be paid for.
LEAST_REMAINING = Decimal("0.05")


def tools_of(bursar):
    """The schemas that a model is given, in the form of OpenAI's `tools`: `service` is an enum of what is enabled."""
    services = bursar.services("search", "news", "reading")
    parameters = {
        "type": "object",
        "properties": {
            "service": {"type": "string", "enum": sorted(services)},
            "text": {"type": "string", "description": "What to search for; for a reading service an address."},
        },
        "required": ["service", "text"],
    }
    description = "Searches the web or reads a page. It costs money, so ask only for what is needed."
    return [{"type": "function", "function": {"name": "buy", "description": description, "parameters": parameters}}]


def buy(bursar, agent, session_id, service, text):
    """What the tool does. A refusal is text for the model: it can take a cheaper service, or stop."""
    known = bursar.services().get(service)
    if known is None:
        return {"error": f"there is no service {service}"}
    try:
        return bursar.pay(
            service,
            payload_for(known["category"], text),
            known["max_credits_recommended"],
            agent_id=agent,
            session_id=session_id,
        )
    except BursarError as error:
        return {"error": str(error), "code": error.code, "action": error.problem.get("action")}


def run(bursar, agent, task, budget, ask_model, most_steps=20, **fields):
    """Gives the work a budget and lets the model go on until it has an answer, or until the money is nearly gone.

    `ask_model(messages, tools)` answers a message of the assistant in OpenAI's form, with or without `tool_calls`. The
    other `fields` are the session's, such as `labels` to tell by whom or for what the money was spent.
    """
    session = bursar.open_session(budget, task, agent_id=agent, **fields)
    messages = [{"role": "user", "content": task}]
    tools = tools_of(bursar)
    try:
        for _ in range(most_steps):
            remaining = bursar.session(session["session_id"])["remaining"]
            if remaining < LEAST_REMAINING:
                return f"stopped: {remaining} of {budget} credits are left", messages
            reply = ask_model(messages, tools)
            messages.append(reply)
            if not reply.get("tool_calls"):
                return reply["content"], messages
            for call in reply["tool_calls"]:
                given = json.loads(call["function"]["arguments"])
                result = buy(bursar, agent, session["session_id"], given["service"], given["text"])
                content = json.dumps(result, default=str)
                messages.append({"role": "tool", "tool_call_id": call["id"], "content": content})
        return f"stopped: no answer after {most_steps} steps", messages
    finally:
        bursar.close_session(session["session_id"])


def one_search_each(questions, service="tavily"):
    """Stands for a model: searches for one question after the other, then answers with what was found last."""
    waiting = list(questions)

    def ask_model(messages, _tools):
        if not waiting:
            return {"role": "assistant", "content": messages[-1]["content"]}
        arguments = json.dumps({"service": service, "text": waiting.pop(0)})
        call = {"id": f"call_{len(messages)}", "type": "function", "function": {"name": "buy", "arguments": arguments}}
        return {"role": "assistant", "content": None, "tool_calls": [call]}

    return ask_model


def main():
    options = argparse.ArgumentParser()
    options.add_argument("questions", nargs="*")
    options.add_argument("--below", metavar="SESSION", help="a session that was opened for the agent")
    given = options.parse_args()

    bursar = Bursar.from_environment()
    fields = {"labels": {"goal": "heat-pumps"}}
    if given.below is None:
        # Only an org key may do this. An agent's own token opens budgets below a session that it was given.
        bursar.ensure_agent("researcher", spending_cap="5.00")
    else:
        fields["parent_session_id"] = given.below
    outcome, _ = run(bursar, "researcher", "answer questions", "0.50", one_search_each(given.questions), **fields)
    print(outcome)


if __name__ == "__main__":
    main()
