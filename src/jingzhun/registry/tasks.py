"""Jobs of the register: imports are read and applied, exports written, stale ones given up."""

from contextlib import suppress

from django.utils import translation
from procrastinate.contrib.django import app

from jingzhun.registry.actions import checks, exports, imports
from jingzhun.registry.importing.stopping import Cancelled
from jingzhun.registry.models import Export, Import


@app.task(name="registry.read_import", queue="imports")
def read_import(number: int) -> None:
    """Read a file and work out its preview."""
    job = Import.objects.filter(pk=number).first()
    if job is None or job.state not in (Import.State.WAITING, Import.State.READING):
        return
    with suppress(Cancelled):
        imports.read(job)


@app.task(name="registry.apply_import", queue="imports")
def apply_import(number: int) -> None:
    """Let a confirmed import into the register, and have what it wrote checked."""
    job = Import.objects.filter(pk=number).first()
    if job is None:
        return
    with suppress(Cancelled):
        if job.state == Import.State.CONFIRMED:
            job = imports.confirm(job, partial=job.partial)
        checks.check_after_import(job)


@app.periodic(cron="17 19 * * *")  # UTC: at night
@app.task(name="registry.sweep_imports", queue="imports", pass_context=False)
def sweep_imports(timestamp: int) -> None:
    """Give up imports that nobody confirmed, and remove what crashed ones left."""
    imports.sweep()


@app.task(name="registry.write_export", queue="exports")
def write_export(number: int) -> None:
    """Write the file of an order."""
    export = Export.objects.select_related("by").filter(pk=number).first()
    if export is not None:
        with translation.override("en" if export.language == "en" else "zh-hans"):
            exports.carry_out(export)


@app.periodic(cron="47 * * * *")
@app.task(name="registry.sweep_exports", queue="exports", pass_context=False)
def sweep_exports(timestamp: int) -> None:
    """Delete exported files that have lain here for a day."""
    exports.sweep()
