"""`manage.py up` with the guard off: who has died stays dead. For the control of tests/faults/test_up_kills.py."""

import math
from contextlib import suppress


def main() -> None:
    from clinic.running import processes
    from manage import main as manage

    start = processes.Keeper._start

    def start_once(keeper: processes.Keeper, program: processes.Program) -> None:
        keeper._next_start_at[program.name] = math.inf
        start(keeper, program)

    def bury(keeper: processes.Keeper, running: processes._Running, *, status: int) -> None:
        with suppress(KeyError):
            keeper._selector.unregister(running.pipe)
        del keeper._running[running.program.name]

    processes.Keeper._start = start_once  # type: ignore[method-assign, assignment]
    processes.Keeper._bury = bury  # type: ignore[method-assign, assignment]
    manage(["manage.py", "up"])
