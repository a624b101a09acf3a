"""`make bench`: what the clinic's answers cost, and how that grows.

    make bench                          # everything: five sizes, both engines; writes docs/benchmark.md
    make bench ARGS="--quick"           # one size, one engine, few rounds; writes nothing
    make bench ARGS="load"              # many clients who book at once, and the memory after

`__main__` says what is measured at which size, `table` judges and prints it. A real `up` is asked over HTTP, in the
settings of production; `serve` starts it. Only addresses and commands are used, so that the folder can be copied into an
older version of the clinic to measure that one too.
"""
