from abc import ABC, abstractmethod


class TerminatedException(BaseException):
    pass


class TerminationCondition(ABC):
    @property
    @abstractmethod
    def terminated(self): ...

    @abstractmethod
    async def __call__(self, messages): ...

    @abstractmethod
    async def reset(self): ...
