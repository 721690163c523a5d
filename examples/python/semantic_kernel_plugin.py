"""Semantic Kernel: a plugin that has a budget of its own for each run. Needs `requests`.

    with BursarPlugin(bursar, "researcher", budget="0.25", work="a report on heat pumps") as plugin:
        kernel.add_plugin(plugin, plugin_name="bursar")
"""

import asyncio
from typing import Annotated

from semantic_kernel.exceptions import FunctionExecutionException
from semantic_kernel.functions import kernel_function

from bursar import Bursar, BursarError


class BursarPlugin:
    """A run's functions that cost money. Entering opens a session with the budget, leaving closes it."""

    def __init__(self, bursar: Bursar, agent: str, budget: str, work: str):
        self._bursar = bursar
        self._agent = agent
        self._budget = budget
        self._work = work
        self._session_id = None

    def __enter__(self):
        opened = self._bursar.open_session(self._budget, self._work, agent_id=self._agent)
        self._session_id = opened["session_id"]
        return self

    def __exit__(self, *_):
        self._bursar.close_session(self._session_id)

    @kernel_function(name="search", description="Searches the web. It costs money.")
    def search(self, query: Annotated[str, "What to search for."]) -> Annotated[str, "What was found."]:
        return self._paid(lambda common: self._bursar.search(query, **common)["result"])

    @kernel_function(name="read_page", description="Reads one page as text. It costs money.")
    def read_page(self, url: Annotated[str, "The address of the page."]) -> Annotated[str, "The page."]:
        return self._paid(lambda common: self._bursar.pay("jina", {"url": url}, "0.05", **common)["content"])

    @kernel_function(name="remaining", description="How many credits this run may still spend.")
    def remaining(self) -> Annotated[str, "Credits."]:
        return str(self._bursar.session(self._session_id)["remaining"])

    def _paid(self, call):
        """A 402 is an error of the function that says what is used up, so that the model does not try again."""
        try:
            return call({"agent_id": self._agent, "session_id": self._session_id})
        except BursarError as error:
            if not error.is_out_of_money:
                raise FunctionExecutionException(str(error)) from error
            remaining = error.problem.get("remaining")
            left = "" if remaining is None else f" {remaining} credits are left of it."
            raise FunctionExecutionException(
                f"There is no money for this: {error.code} of {_scope_of(error)}.{left}"
                " Do not call it again in this run."
            ) from error


def _scope_of(error):
    scope = error.problem.get("scope") or {}
    return f"{scope.get('kind', 'the call')} {scope.get('id', '')}".strip()


async def main():
    from semantic_kernel import Kernel

    kernel = Kernel()
    bursar = Bursar.from_environment()
    bursar.ensure_agent("researcher", spending_cap="5.00")
    with BursarPlugin(bursar, "researcher", budget="0.25", work="a report on heat pumps") as plugin:
        kernel.add_plugin(plugin, plugin_name="bursar")
        print(await kernel.invoke(plugin_name="bursar", function_name="search", query="heat pumps in old houses"))
        print(await kernel.invoke(plugin_name="bursar", function_name="remaining"))


if __name__ == "__main__":
    asyncio.run(main())
