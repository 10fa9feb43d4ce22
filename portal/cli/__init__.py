"""The operator's commands. Each prints what it did; exits 0 on success, 2 on bad arguments, 1 on failure."""

import click

from portal.cli import accounts, content, demo, erasures, exports, keys, server, take_in, verify


@click.group()
def main() -> None:
    """Open Dialogue / Diálogo Abierto: the operator's commands."""


for command in (
    server.run,
    server.work,
    server.migrate,
    server.check,
    verify.verify,
    content.load_file,
    take_in.import_file,
    exports.export_rows,
    erasures.erase_submission,
    accounts.account,
    keys.keys,
    demo.demo,
):
    main.add_command(command)
