import argparse
import socket
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from django.utils import timezone

from booking.own_files import clear_the_way
from booking.web.site import load_site
from clinic.panel.door.owners import end_code, has_owner, issue_code
from clinic.running.backup import BackupRefused, back_up_before_migrating
from clinic.running.broker import broker_fault
from clinic.running.checks import (
    require_configuration,
    require_connection,
    require_database,
    require_static_files,
    stop,
    throw_away_damaged_manifest,
)
from clinic.running.forks import holding_lock
from clinic.running.listening import CannotListen, listen, take_port
from clinic.running.mail_url import describe_landing
from clinic.running.processes import Keeper


class Command(BaseCommand):
    help = "Keeps the clinic running until it is stopped: web server, background worker, beat. One per DATA_DIR."
    # Asked for in `handle`, in an order that gives a sentence for each.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--migrate",
            action="store_true",
            help="first back up and apply missing migrations and, in production, collect static files",
        )

    def handle(self, *args: Any, migrate: bool, **options: Any) -> None:
        require_configuration()
        lock = settings.DATA_DIR / "up.lock"
        clear_the_way(lock)
        with holding_lock(path=lock) as held:
            if not held:
                stop(sentence=f"The clinic already runs with {settings.DATA_DIR}; stop that one first.", exit_status=1)
            try:
                # Before anything that takes a while.
                self._require_broker()
                listener = take_port(place=settings.PLACE)
                self._prepare(migrate=migrate)
                self._run(listener)
            except CannotListen as fault:
                stop(sentence=str(fault), exit_status=1)

    def _prepare(self, *, migrate: bool) -> None:
        require_connection()
        if migrate:
            self._keep_a_way_back()
            call_command("migrate", interactive=False, verbosity=1)
            if settings.STATIC_ROOT is not None:
                throw_away_damaged_manifest()
                call_command("collectstatic", interactive=False, verbosity=0)
        require_database()
        require_static_files()
        load_site()  # keeps name and phone for pages without a database

    def _keep_a_way_back(self) -> None:
        """To roll back, run the earlier code with the backup that is made here."""
        try:
            path = back_up_before_migrating(folder=settings.DATA_DIR / "backups", now=timezone.now())
        except (BackupRefused, OSError) as error:
            sentence = (
                f"The clinic can't be backed up before the upgrade ({type(error).__name__}), so nothing was changed."
            )
            stop(sentence=sentence, exit_status=1)
        if path is not None:
            self.stdout.write(f"The way back:   {path}")

    def _require_broker(self) -> None:
        fault = None if settings.REDIS_URL else broker_fault(path=settings.BROKER_SOCKET)
        if fault:
            stop(sentence=f"The clinic can't start: {fault}.", exit_status=1)

    def _run(self, listener: socket.socket) -> None:
        # Here, because it loads much that no other command needs.
        from clinic.celery import app
        from clinic.running.programs import all_programs

        keeper = Keeper(programs=all_programs(listener=listener, app=app), listener=listener)
        listen(taken=listener, place=settings.PLACE)
        self._announce()
        connections.close_all()  # none may be shared with the forks
        keeper.keep_running()
        self.stdout.write("Stopped.")

    def _announce(self) -> None:
        lines = ["", f"The clinic:     {settings.SITE_URL}/"]
        accounts = settings.DATA_DIR / "demo-accounts.txt"
        if settings.IS_DEMO and accounts.is_file():
            lines.append(f"Staff accounts: {accounts}")
        if has_owner():
            end_code()
        else:
            lines.append(f"No owner yet:   {settings.SITE_URL}/panel/ makes one with the code {issue_code()}")
        lines += [f"Mails:          {_where_mails_land()}", "Stop with Ctrl+C.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _where_mails_land() -> str:
    page = f"{settings.SITE_URL}/demo/mail/ and " if settings.IS_DEMO and settings.EMAIL_FILE_PATH else ""
    return f"{page}{describe_landing(settings)}"
