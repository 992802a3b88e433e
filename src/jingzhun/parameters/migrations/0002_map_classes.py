from django.db import migrations


class Migration(migrations.Migration):
    """The shipped values, which every migration brings up to date, have the classes of the map."""

    dependencies = [
        ("parameters", "0001_initial"),
    ]

    operations = []
