"""What Semantic Kernel does with the functions of a plugin, for the example's test."""

import inspect

from semantic_kernel.exceptions import KernelInvokeException
from signature_schema import checked, schema_of


class Kernel:
    def __init__(self):
        self._plugins = {}

    def add_plugin(self, plugin, plugin_name):
        methods = [method for _, method in inspect.getmembers(plugin, inspect.ismethod)]
        functions = {each.__kernel_function_name__: each for each in methods if hasattr(each, "__kernel_function__")}
        if not functions:
            raise ValueError(f"{plugin_name} has no kernel function")
        self._plugins[plugin_name] = functions

    def schemas(self):
        """As a model is told of them."""
        return {
            f"{plugin}-{name}": {"description": method.__kernel_function_description__, **schema_of(method)}
            for plugin, functions in self._plugins.items()
            for name, method in functions.items()
        }

    async def invoke(self, plugin_name, function_name, **arguments):
        try:
            return await self._call(plugin_name, function_name, arguments)
        except Exception as error:
            name = f"{plugin_name}-{function_name}"
            raise KernelInvokeException(f"Error occurred while invoking function: '{name}'") from error

    async def invoke_function_call(self, plugin_name, function_name, arguments):
        """A call that the model made: what the function raises becomes the result that the model reads."""
        try:
            return str(await self._call(plugin_name, function_name, arguments))
        except Exception as error:
            return f"An error occurred while invoking the function {plugin_name}-{function_name}: {error}"

    async def _call(self, plugin_name, function_name, arguments):
        method = self._plugins[plugin_name][function_name]
        result = method(**checked(method, arguments))
        return await result if inspect.isawaitable(result) else result
