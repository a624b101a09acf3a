import pytest, time
from datetime import timedelta
from django.db import connection
from tests.booking.messages.factories import *
from tests.smtp_sink import start_sink
from tests.processes import Crew
from django.utils import timezone
from datetime import datetime

def work(*, port, now):
    from django.conf import settings
    from booking.messages import outbox
    settings.EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend"; settings.EMAIL_HOST="127.0.0.1"; settings.EMAIL_PORT=port
    import cProfile,os
    t=outbox.Sweep(); c0=time.process_time()
    if os.environ.get("PROF"):
        p=cProfile.Profile(); p.enable()
    for s in outbox.each_sweep(clock=lambda: datetime.fromisoformat(now)): t+=s
    if os.environ.get("PROF"):
        p.disable(); p.dump_stats(f"/tmp/prof-{os.getpid()}")
    return str(t)+f" cpu {time.process_time()-c0:.2f}"

def test_it(crew):
    import os
    n=int(os.environ.get("N","2000"))
    make_many(n, kind=os.environ.get("KIND","reminder"))
    sink=start_sink()
    now=(NOW+timedelta(hours=1)).isoformat()
    crew.run(work,[{"port":sink.port,"now":(NOW-timedelta(hours=1)).isoformat()}]*2)
    t=time.time()
    out=crew.run(work,[{"port":sink.port,"now":now}]*2, seconds=200)
    print("TOOK",time.time()-t,[o.value or o.traceback for o in out], len(sink.mails()), len(set(sink.mails())))
    sink.stop()
