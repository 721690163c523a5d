"""What frameworks make of a function's signature: a JSON schema, and arguments that are checked against it."""

import inspect
from typing import Annotated, Literal, get_args, get_origin

_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}


def schema_of(function):
    """The parameters' schema. Like the frameworks, it refuses a parameter without an annotation."""
    properties, required = {}, []
    for name, parameter in inspect.signature(function).parameters.items():
        if name == "self":
            continue
        if parameter.annotation is inspect.Parameter.empty:
            raise ValueError(f"parameter {name} of {function.__name__} has no annotation")
        properties[name] = _schema_of_type(parameter.annotation)
        if parameter.default is inspect.Parameter.empty:
            required.append(name)
    return {"type": "object", "properties": properties, "required": required}


def _schema_of_type(annotation):
    if get_origin(annotation) is Annotated:
        kind, description = get_args(annotation)[:2]
        return {**_schema_of_type(kind), "description": description}
    if get_origin(annotation) is Literal:
        return {"type": "string", "enum": list(get_args(annotation))}
    return {"type": _TYPES[annotation]}


def checked(function, arguments):
    """The arguments, where they fit; a ValueError that names the parameter where they do not."""
    schema = schema_of(function)
    for name in schema["required"]:
        if name not in arguments:
            raise ValueError(f"{name}: field required")
    for name, value in arguments.items():
        wanted = schema["properties"].get(name)
        if wanted is None:
            raise ValueError(f"{name}: there is no such parameter")
        if wanted["type"] == "string" and not isinstance(value, str):
            raise ValueError(f"{name}: must be a string")
        if "enum" in wanted and value not in wanted["enum"]:
            raise ValueError(f"{name}: must be one of {wanted['enum']}")
    return arguments
