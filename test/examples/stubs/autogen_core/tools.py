import inspect

from signature_schema import checked, schema_of


class FunctionTool:
    """A function as a tool: its schema is made of the signature, and arguments are checked before it runs."""

    def __init__(self, func, description, name=None, global_imports=(), strict=False):
        if inspect.signature(func).return_annotation is inspect.Signature.empty:
            raise ValueError("the function has no return annotation")
        self._func = func
        self.name = name or func.__name__
        self.description = description

    @property
    def schema(self):
        return {"name": self.name, "description": self.description, "parameters": schema_of(self._func)}

    async def run_json(self, args, cancellation_token=None):
        result = self._func(**checked(self._func, args))
        return await result if inspect.isawaitable(result) else result

    def return_value_as_string(self, value):
        return str(value)
