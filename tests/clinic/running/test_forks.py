import os
import signal
import subprocess
import sys
from pathlib import Path

from clinic.running.forks import holding_lock
from tests.environment import ROOT
from tests.programs import bare


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with holding_lock(path=tmp_path / "lock") as first, holding_lock(path=tmp_path / "lock") as second:
        held = (first, second)
    with holding_lock(path=tmp_path / "lock") as third:
        assert (*held, third) == (True, False, True)


def test_a_lock_is_free_once_its_holder_was_killed(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, time; from clinic.running.forks import holding_lock\n"
        "with holding_lock(path=pathlib.Path(sys.argv[1])) as held: print(held, flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "lock")], cwd=ROOT, env=bare({}), stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    with holding_lock(path=tmp_path / "lock") as meanwhile:
        pass
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()

    with holding_lock(path=tmp_path / "lock") as afterwards:
        assert (meanwhile, afterwards) == (False, True)
