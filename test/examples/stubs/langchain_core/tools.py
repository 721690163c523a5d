from signature_schema import checked, schema_of


class ToolException(Exception):
    pass


class _Tool:
    def __init__(self, function):
        if not function.__doc__:
            raise ValueError("Function must have a docstring if description not provided.")
        self._function = function
        self.name = function.__name__
        self.description = function.__doc__
        self.args = schema_of(function)["properties"]

    def invoke(self, arguments):
        return self._function(**checked(self._function, arguments))


def tool(function):
    return _Tool(function)
