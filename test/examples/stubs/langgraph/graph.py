START = "__start__"
END = "__end__"
_MOST_STEPS = 25


class MessagesState(dict):
    """Messages that a node gives back are added to those that are there."""


class StateGraph:
    def __init__(self, state):
        assert state is MessagesState
        self._nodes = {}
        self._next = {}

    def add_node(self, name, action):
        self._nodes[name] = action

    def add_edge(self, source, target):
        self._next[source] = lambda state: target

    def add_conditional_edges(self, source, decide, targets):
        def decided(state):
            target = decide(state)
            assert target in targets, f"{target} is no target of {source}"
            return target

        self._next[source] = decided

    def compile(self):
        return self

    def invoke(self, given):
        state = MessagesState(messages=list(given["messages"]))
        at = self._next[START](state)
        for _ in range(_MOST_STEPS):
            if at == END:
                return state
            action = self._nodes[at]
            made = action(state) if callable(action) else action.invoke(state)
            state["messages"].extend(made["messages"])
            at = self._next[at](state)
        raise RecursionError(f"no end after {_MOST_STEPS} steps")
