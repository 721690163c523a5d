class KernelException(Exception):
    pass


class FunctionExecutionException(KernelException):
    pass


class KernelInvokeException(KernelException):
    pass
