"""Jobs of the shell: files of the journal's entries."""

from django.utils import translation
from procrastinate.contrib.django import app

from jingzhun.journal.models import EntriesFile
from jingzhun.web.journal import actions


@app.task(name="journal.write_entries", queue=actions.QUEUE)
def write_entries(number: int) -> None:
    """Write the file of an order."""
    file = EntriesFile.objects.filter(pk=number).first()
    if file is not None:
        with translation.override(file.language):
            actions.carry_out(file)


@app.periodic(cron="43 * * * *")
@app.task(name="journal.sweep_files", queue=actions.QUEUE, pass_context=False)
def sweep_files(timestamp: int) -> None:
    """Delete files of entries that have lain here for a day."""
    actions.sweep()
