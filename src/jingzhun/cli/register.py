"""`jingzhun register`: the county's register in and out."""

import typer

app = typer.Typer(no_args_is_help=True, help="The register: workbooks in and out, quality checks.")
