"""The door: assembles the rooms' commands into ``partnerbook``. Nothing imports it."""

from __future__ import annotations

import contextlib
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

from partnerbook import __version__
from partnerbook.commands import COULD_NOT, INTERRUPTED, Group

# Name -> where it is, and its line in --help. Written here so that --help imports no room;
# a test compares the lines with the commands' own.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("addin.commands:demo", "Show the whole main job on invented customers."),
    "login": (
        "partnerbook.commands.login:login",
        "Keep an access key in the system's keyring, after trying it.",
    ),
    "logout": (
        "partnerbook.commands.login:logout",
        "Remove a profile's key from the system's keyring, and what login wrote beside it.",
    ),
    "doctor": (
        "addin.examining:doctor",
        "Check everything, one line each, and say what to do.",
    ),
    "customers": ("reports.customers:customers", "List customers, filtered."),
    "snapshot": (
        "partnerbook.commands.customers:snapshot",
        "Ask for the list and keep it in the store.",
    ),
    "changes": (
        "partnerbook.commands.history:changes",
        "Say what changed between snapshots in the store.",
    ),
    "history": (
        "partnerbook.commands.history:history",
        "Show every version of a customer that the store has.",
    ),
    "view": ("partnerbook.commands.view:view", "Save, list, show and delete named views."),
    "weekly": ("reports.commands:weekly", "Make the weekly report: workbook, page and mail."),
    "resend": (
        "reports.sending.commands:resend",
        "Send a frozen mail again, once a person has decided to.",
    ),
    "mail": (
        "reports.sending.login:mail",
        "Keep the mail server's password in the system's keyring.",
    ),
    "policy": (
        "reports.sending.policy_command:policy",
        "Show who would get what of the weekly report.",
    ),
    "schedule": (
        "reports.schedule.commands:schedule",
        "Start the weekly mail, snapshots and refreshes on time.",
    ),
    "reconcile": (
        "reports.reconciling.commands:reconcile",
        "Reconcile the list with finance's ledger.",
    ),
    "verify": (
        "reports.reconciling.verifying:verify",
        "Say whether a reconciliation is as it was made, or what was changed since.",
    ),
    "decisions": (
        "reports.reconciling.deciding:decisions",
        "List and revoke what people decided in reconciliations.",
    ),
    "excel": ("addin.commands:excel", "Make and refresh customer workbooks."),
    "store": (
        "reports.sending.keeping:store",
        "Check, back up, prune, export, import, or make the store forget.",
    ),
    "sandbox": ("partnerbook.commands.sandbox:sandbox", "Run a Partner Center of your own."),
}


class Door(Group):
    """The outermost group: it imports a command's room when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's interface
        """Return the commands' names, the main job first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return a command."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        found: click.Command = getattr(import_module(module), attribute)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands from the table, without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="partnerbook")
def partnerbook() -> None:
    """Keep a cloud partner's book of customers, in Excel.

    \b
    Start here:
      partnerbook demo                    the whole main job, no account needed
      partnerbook customers --help        the filters
    """  # noqa: D301  \b is click's mark for "do not wrap"


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit code: 0, 1, 2 or 130."""
    for stream in (sys.stdout, sys.stderr):
        # Names come in every script; a terminal that cannot show one must not end the command.
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        code = partnerbook.main(arguments, prog_name="partnerbook", standalone_mode=False)
    except click.Abort:
        click.echo("partnerbook: interrupted; every file is whole", err=True)
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(COULD_NOT)
    except BrokenPipeError:
        # The reader (`head`, say) left; a second complaint at exit would help nobody.
        sys.stdout = None
        sys.exit(0)
    except Exception as error:  # noqa: BLE001  the last edge: a person is to read a sentence
        _say_unforeseen(error)
        sys.exit(COULD_NOT)
    try:
        sys.stdout.flush()
    except OSError as error:
        # Left to the interpreter, a full disk would be a traceback and exit code 120.
        sys.stdout = None
        _say_unforeseen(error)
        sys.exit(COULD_NOT)
    sys.exit(code if isinstance(code, int) else 0)


def _say_unforeseen(error: Exception) -> None:
    if isinstance(error, OSError) and error.strerror:
        sentence = f"the output or a file cannot be written or read ({error.strerror.lower()})"
    else:
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        where = f"{at.tb_frame.f_globals.get('__name__')}:{at.tb_lineno}" if at else "?"
        sentence = (
            f"something nobody foresaw happened ({type(error).__name__} at {where}); please "
            "report this line, with the command"
        )
    with contextlib.suppress(OSError):
        click.echo(f"partnerbook: {sentence}", err=True)


if __name__ == "__main__":
    main()
