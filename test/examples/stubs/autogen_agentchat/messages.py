from dataclasses import dataclass


@dataclass
class TextMessage:
    content: str
    source: str


@dataclass
class StopMessage:
    content: str
    source: str
