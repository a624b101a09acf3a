#!/usr/bin/env python3
import os
import sys


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    from django.core.management import execute_from_command_line

    from clinic.running.checks import stopping_on_trouble, throw_away_damaged_manifest

    if not touches_data(arguments[1:]):
        if arguments[1:2] == ["collectstatic"]:
            throw_away_damaged_manifest()
        execute_from_command_line(arguments)
        return
    _require_configuration_and_database(arguments[1:])
    with stopping_on_trouble():
        execute_from_command_line(arguments)


def touches_data(arguments: list[str]) -> bool:
    from clinic.running.checks import COMMANDS_WITHOUT_DATA

    if not arguments or {"-h", "--help", "--version"} & set(arguments):
        return False
    return arguments[0] not in COMMANDS_WITHOUT_DATA


def _require_configuration_and_database(arguments: list[str]) -> None:
    import django

    from clinic.running.checks import COMMANDS_ON_A_CLINIC, require_configuration, require_connection, require_database

    require_configuration()
    django.setup()
    require_connection()
    if arguments[0] in COMMANDS_ON_A_CLINIC:
        require_database()


if __name__ == "__main__":
    main(sys.argv)
