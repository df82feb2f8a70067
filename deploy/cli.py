"""The command `nuanxin`: what an operator does from a terminal."""

from __future__ import annotations

from pathlib import Path

import click

from deploy.environment import ROOT
from deploy.keys import make_keys


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """Operate Nuanxin, the platform of a community that looks after its old and its young."""


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=ROOT / "var" / "keys")
def keys(folder: Path) -> None:
    """Make the key files of an installation in FOLDER; those that exist stay as they are.

    Keep them safe and backed up apart from the data: without master.key no personal data can be read again.
    """
    make_keys(folder)
    click.echo(f"The keys are in {folder}.")


if __name__ == "__main__":
    main(prog_name="nuanxin")
