def kernel_function(func=None, name=None, description=None):
    """Marks a method; its name and description are what a model reads."""

    def decorate(method):
        method.__kernel_function__ = True
        method.__kernel_function_name__ = name or method.__name__
        method.__kernel_function_description__ = description or method.__doc__
        return method

    return decorate(func) if func else decorate
